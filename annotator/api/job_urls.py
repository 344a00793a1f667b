"""Addresses of jobs, models and samples."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
