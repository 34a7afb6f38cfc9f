"""Filings, their papers and commitments, the applications in them and their trail."""

import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
import repair.models.evidence
import repair.models.filing
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('registry', '0006_roles'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Filing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(editable=False, max_length=16, unique=True, verbose_name='申请编号')),
                ('secret_hash', models.CharField(editable=False, max_length=64)),
                ('case', models.CharField(default=repair.models.filing.new_case, editable=False, max_length=32, unique=True)),
                ('role', models.CharField(choices=[('rep', '法定代表人或者负责人'), ('agent', '受委托的代理人'), ('person', '本人')], max_length=6, verbose_name='申请人身份')),
                ('sealed', models.BinaryField(null=True)),
                ('language', models.CharField(choices=[('zh-hans', '简体中文'), ('en', 'English')], max_length=10, verbose_name='语言')),
                ('received_at', models.DateTimeField(verbose_name='收到时间')),
                ('erased_at', models.DateTimeField(blank=True, null=True, verbose_name='清除时间')),
            ],
            options={
                'verbose_name': '修复申请材料',
                'verbose_name_plural': '修复申请材料',
                'ordering': ('-received_at', '-pk'),
                'constraints': [models.CheckConstraint(condition=models.Q(django.db.models.lookups.Exact(django.db.models.functions.text.Length('number'), 16)), name='filing_number_has_16_characters'), models.CheckConstraint(condition=models.Q(django.db.models.lookups.Exact(django.db.models.functions.text.Length('secret_hash'), 64)), name='filing_secret_is_hashed'), models.CheckConstraint(condition=models.Q(('role__in', ('rep', 'agent', 'person'))), name='filing_role_is_known'), models.CheckConstraint(condition=models.Q(models.Q(('erased_at', None), ('sealed__isnull', False)), models.Q(('erased_at__isnull', False), ('sealed', None)), _connector='OR'), name='filing_is_sealed_or_erased')],
            },
        ),
        migrations.CreateModel(
            name='Application',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('status', models.CharField(choices=[('received', '已收到'), ('returned', '待补正'), ('accepted', '已受理'), ('proposed', '待决定'), ('granted', '已准予修复'), ('refused', '未准予修复'), ('declined', '未受理'), ('withdrawn', '已撤回')], default='received', max_length=9, verbose_name='状态')),
                ('says_done', models.BooleanField(verbose_name='申请人称已履行')),
                ('found_done', models.BooleanField(blank=True, null=True, verbose_name='经核实已履行')),
                ('corrected_on', models.DateField(blank=True, null=True, verbose_name='改正日期')),
                ('received_at', models.DateTimeField(verbose_name='收到时间')),
                ('accept_due_on', models.DateField(verbose_name='最迟受理')),
                ('answer_due_on', models.DateField(verbose_name='最迟答复')),
                ('accepted_at', models.DateTimeField(blank=True, null=True, verbose_name='受理时间')),
                ('decide_due_on', models.DateField(blank=True, null=True, verbose_name='最迟决定')),
                ('opinion', models.CharField(blank=True, choices=[('grant', '建议准予修复'), ('refuse', '建议不予修复')], max_length=6, verbose_name='承办意见')),
                ('document', models.CharField(blank=True, max_length=100, verbose_name='决定文书号')),
                ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='办结时间')),
                ('clerk', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='handled_applications', to=settings.AUTH_USER_MODEL, verbose_name='受理人')),
                ('decider', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='decided_applications', to=settings.AUTH_USER_MODEL, verbose_name='决定人')),
                ('listing', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='applications', to='registry.listing')),
                ('filing', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='applications', to='repair.filing')),
            ],
            options={
                'verbose_name': '修复申请',
                'verbose_name_plural': '修复申请',
                'ordering': ('-received_at', '-pk'),
            },
        ),
        migrations.CreateModel(
            name='Step',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('act', models.CharField(choices=[('file', '提交申请'), ('complete', '补正'), ('withdraw', '撤回'), ('accept', '受理'), ('decline', '不予受理'), ('return', '要求补正'), ('propose', '提出意见'), ('send_back', '退回承办人'), ('grant', '准予修复'), ('refuse', '不予修复')], max_length=9, verbose_name='事项')),
                ('at', models.DateTimeField(verbose_name='时间')),
                ('before', models.CharField(blank=True, choices=[('received', '已收到'), ('returned', '待补正'), ('accepted', '已受理'), ('proposed', '待决定'), ('granted', '已准予修复'), ('refused', '未准予修复'), ('declined', '未受理'), ('withdrawn', '已撤回')], max_length=9, verbose_name='之前')),
                ('after', models.CharField(choices=[('received', '已收到'), ('returned', '待补正'), ('accepted', '已受理'), ('proposed', '待决定'), ('granted', '已准予修复'), ('refused', '未准予修复'), ('declined', '未受理'), ('withdrawn', '已撤回')], max_length=9, verbose_name='之后')),
                ('sealed', models.BinaryField(null=True)),
                ('key', models.CharField(blank=True, max_length=64, null=True, unique=True)),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='repair.application')),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='人员')),
            ],
            options={
                'verbose_name': '修复办理记录',
                'verbose_name_plural': '修复办理记录',
                'ordering': ('at', 'pk'),
            },
        ),
        migrations.CreateModel(
            name='Evidence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('stored_as', models.CharField(default=repair.models.evidence.new_name, editable=False, max_length=32, unique=True)),
                ('kind', models.CharField(choices=[('pdf', 'PDF'), ('jpeg', 'JPEG'), ('png', 'PNG')], max_length=4, verbose_name='文件类型')),
                ('n_bytes', models.PositiveIntegerField(verbose_name='大小（字节）')),
                ('digest', models.CharField(max_length=64, verbose_name='摘要')),
                ('sealed_name', models.BinaryField(null=True)),
                ('added_at', models.DateTimeField(verbose_name='收到时间')),
                ('erased_at', models.DateTimeField(blank=True, null=True, verbose_name='清除时间')),
                ('filing', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='evidence', to='repair.filing')),
            ],
            options={
                'verbose_name': '证明材料',
                'verbose_name_plural': '证明材料',
                'ordering': ('added_at', 'pk'),
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ('pdf', 'jpeg', 'png'))), name='evidence_kind_is_known'), models.CheckConstraint(condition=models.Q(('n_bytes__range', (1, 10485760))), name='evidence_size_is_in_range'), models.CheckConstraint(condition=models.Q(django.db.models.lookups.Exact(django.db.models.functions.text.Length('digest'), 64)), name='evidence_has_a_digest'), models.CheckConstraint(condition=models.Q(models.Q(('erased_at', None), ('sealed_name__isnull', False)), models.Q(('erased_at__isnull', False), ('sealed_name', None)), _connector='OR'), name='evidence_is_sealed_or_erased')],
            },
        ),
        migrations.CreateModel(
            name='Commitment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(verbose_name='承诺内容')),
                ('confirmed_at', models.DateTimeField(verbose_name='承诺时间')),
                ('filing', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='commitment', to='repair.filing')),
            ],
            options={
                'verbose_name': '信用承诺书',
                'verbose_name_plural': '信用承诺书',
                'constraints': [models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='commitment_says_something')],
            },
        ),
        migrations.AddConstraint(
            model_name='application',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ('received', 'returned', 'accepted', 'proposed', 'granted', 'refused', 'declined', 'withdrawn'))), name='application_status_is_known'),
        ),
        migrations.AddConstraint(
            model_name='application',
            constraint=models.UniqueConstraint(condition=models.Q(('status__in', ('received', 'returned', 'accepted', 'proposed'))), fields=('listing',), name='application_one_open_per_listing', violation_error_message='这条记录已有正在办理的申请。'),
        ),
        migrations.AddConstraint(
            model_name='application',
            constraint=models.CheckConstraint(condition=models.Q(('decider', None), models.Q(('decider', models.F('clerk')), _negated=True), _connector='OR'), name='application_is_decided_by_another', violation_error_message='提出意见的人不得作出决定。'),
        ),
        migrations.AddConstraint(
            model_name='application',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status__in', ('accepted', 'proposed', 'granted', 'refused')), _negated=True), models.Q(('accepted_at__isnull', False), ('clerk__isnull', False), ('decide_due_on__isnull', False)), _connector='OR'), name='application_accepted_says_who_and_when'),
        ),
        migrations.AddConstraint(
            model_name='application',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('opinion', ''), models.Q(('status__in', ('proposed', 'granted', 'refused')), _negated=True)), models.Q(('opinion__in', ('grant', 'refuse')), ('status__in', ('proposed', 'granted', 'refused', 'withdrawn'))), _connector='OR'), name='application_opinion_goes_before_decision'),
        ),
        migrations.AddConstraint(
            model_name='application',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decider__isnull', False), ('status', 'granted'), models.Q(('document', ''), _negated=True)), models.Q(('decider__isnull', False), ('status', 'refused')), models.Q(('decider', None), ('document', ''), models.Q(('status__in', ('granted', 'refused')), _negated=True)), _connector='OR'), name='application_decision_says_who'),
        ),
        migrations.AddConstraint(
            model_name='application',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at', None), ('status__in', ('received', 'returned', 'accepted', 'proposed'))), models.Q(('closed_at__gte', models.F('received_at')), ('closed_at__isnull', False), models.Q(('status__in', ('received', 'returned', 'accepted', 'proposed')), _negated=True)), _connector='OR'), name='application_closed_says_when'),
        ),
        migrations.AddConstraint(
            model_name='application',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'granted'), _negated=True), models.Q(('found_done', True), ('found_done__isnull', False), ('opinion', 'grant')), _connector='OR'), name='application_granted_only_when_done'),
        ),
        migrations.AddConstraint(
            model_name='application',
            constraint=models.CheckConstraint(condition=models.Q(('answer_due_on__gte', models.F('accept_due_on'))), name='application_days_run_forward'),
        ),
        migrations.AddConstraint(
            model_name='step',
            constraint=models.CheckConstraint(condition=models.Q(('act__in', ('file', 'complete', 'withdraw', 'accept', 'decline', 'return', 'propose', 'send_back', 'grant', 'refuse'))), name='repair_step_act_is_known'),
        ),
        migrations.AddConstraint(
            model_name='step',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('act__in', ('file', 'complete', 'withdraw')), ('by', None)), models.Q(('act__in', ('accept', 'decline', 'return', 'propose', 'send_back', 'grant', 'refuse')), ('by__isnull', False)), _connector='OR'), name='repair_step_of_staff_says_who'),
        ),
        migrations.AddConstraint(
            model_name='step',
            constraint=models.UniqueConstraint(condition=models.Q(('act__in', ('grant', 'refuse', 'decline', 'withdraw'))), fields=('application',), name='repair_step_closes_once'),
        ),
    ]
