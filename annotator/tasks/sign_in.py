"""What is kept of sign-ins does not outlive its use."""

from celery import shared_task

from annotator.services.passwords import sign_ins_forget


@shared_task(name="sign_in.forget")
def forget() -> None:
    sign_ins_forget()
