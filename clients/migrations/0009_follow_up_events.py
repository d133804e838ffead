"""Timeline entries of follow-ups: put off, handed on, opened again, escalated."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0008_health_trend"),
    ]

    operations = [
        migrations.AlterField(
            model_name="careevent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("intake", "Handed over by sales"),
                    ("kick_off", "Kick-off held"),
                    ("commitment_kept", "Promise kept"),
                    ("commitment_withdrawn", "Promise withdrawn"),
                    ("contract_signed", "Contract signed"),
                    ("contract_ended", "Contract ended"),
                    ("notice_given", "Notice given"),
                    ("renewal_opened", "Renewal prepared"),
                    ("renewal_lost", "Renewal lost"),
                    ("milestone_done", "Delivered"),
                    ("milestone_accepted", "Accepted by the client"),
                    ("invoice_issued", "Invoice issued"),
                    ("credit_note", "Credit note"),
                    ("invoice_cancelled", "Invoice cancelled"),
                    ("payment", "Payment received"),
                    ("payment_reversed", "Payment reversed"),
                    ("disputed", "Invoice disputed"),
                    ("dispute_settled", "Dispute settled"),
                    ("promise_made", "Promise to pay"),
                    ("promise_kept", "Promise to pay kept"),
                    ("promise_broken", "Promise to pay broken"),
                    ("promise_withdrawn", "Promise to pay withdrawn"),
                    ("issue_opened", "Issue opened"),
                    ("issue_responded", "First response to an issue"),
                    ("issue_waiting", "Issue waits for the client"),
                    ("issue_resumed", "Issue in work again"),
                    ("issue_resolved", "Issue resolved"),
                    ("issue_reopened", "Issue reopened"),
                    ("issue_rated", "Solution rated"),
                    ("issue_breached", "Service level missed"),
                    ("request_asked", "Department asked"),
                    ("request_answered", "Department answered"),
                    ("request_closed", "Internal request closed"),
                    ("deal_opened", "Deal opened"),
                    ("deal_won", "Deal won"),
                    ("deal_lost", "Deal lost"),
                    ("approval_asked", "Approval asked"),
                    ("approval_decided", "Approval decided"),
                    ("advice_given", "Advice given"),
                    ("advice_answered", "Advice answered"),
                    ("rated", "Relationship rated"),
                    ("overridden", "Health overridden"),
                    ("override_ended", "Override ended"),
                    ("snoozed", "Put off"),
                    ("reassigned", "Handed to a colleague"),
                    ("reopened", "Opened again"),
                    ("escalated", "Escalated"),
                    ("escalation_ended", "Escalation over"),
                    ("report_sent", "Report sent to the client"),
                ],
                max_length=20,
            ),
        ),
    ]
