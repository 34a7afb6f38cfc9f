from django.db import models


class CaseKey(models.Model):
    """The key of one case, filing or official file, wrapped by the master key.

    The only model of the vault. Destroying the row makes everything sealed under it
    unreadable, in every backup of the main database too.
    """

    case = models.CharField(max_length=32, primary_key=True)
    wrapped = models.BinaryField()
    made_at = models.DateTimeField()

    class Meta:
        db_table = "vault_case_key"

    def __str__(self) -> str:
        return self.case
