import django.db.models.deletion
from argon2 import PasswordHasher
from django.db import migrations, models


def hash_codes(apps, schema_editor):
    """Codes that people have on paper go on working; what is kept of them is a hash each."""
    hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
    code, kept = apps.get_model("annotator", "RecoveryCode"), apps.get_model("otp_static", "StaticToken")
    for row in kept.objects.iterator():
        code.objects.create(paper_id=row.device_id, hash=hasher.hash(row.token))
    kept.objects.all().delete()


class Migration(migrations.Migration):

    dependencies = [
        ('annotator', '0023_single_sign_on'),
        ('otp_static', '0003_add_timestamps'),
    ]

    operations = [
        migrations.CreateModel(
            name='RecoveryCode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('hash', models.CharField(max_length=200)),
                ('paper', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='recovery_codes', to='otp_static.staticdevice')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('hash__startswith', '$argon2id$')), name='recovery_code_hashed')],
            },
        ),
        # There is no way back from a hash: who goes back makes new codes.
        migrations.RunPython(hash_codes, migrations.RunPython.noop),
    ]
