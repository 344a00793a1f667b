# One image for the web, the workers and beat. The pins are those of constraints.txt; which build of torch they name
# (CPU or CUDA) is decided by the index that pip is given: --build-arg PIP_EXTRA_INDEX_URL=…

FROM python:3.11-slim AS build
ARG PIP_EXTRA_INDEX_URL=
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PATH=/app/.venv/bin:$PATH
WORKDIR /app
RUN python -m venv .venv
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY annotator/__init__.py annotator/
COPY training/__init__.py training/
COPY redpen redpen
RUN pip install --constraint constraints.txt --editable '.[web,train]'
COPY frontend frontend
RUN python frontend/build.py && rm -rf frontend/node_modules
COPY manage.py ./
COPY annotator annotator
COPY training training
RUN DATA_DIR=/tmp/build STATIC_ROOT=/app/static python manage.py collectstatic --noinput

FROM python:3.11-slim
RUN useradd --uid 10001 --create-home redpen && install -d -m 0700 -o redpen -g redpen /data
COPY --from=build /app /app
WORKDIR /app
USER redpen
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 REDPEN_ENV=production DATA_DIR=/data STATIC_ROOT=/app/static
VOLUME /data
EXPOSE 8000
CMD ["gunicorn", "annotator.config.wsgi", "--bind", "0.0.0.0:8000", "--workers", "3", "--threads", "4", \
     "--no-control-socket"]
