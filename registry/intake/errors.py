from django.utils.translation import gettext


class IntakeError(Exception):
    """The file cannot be taken; the message says why and what to do, fit to show.

    The sentence stays Chinese until somebody asks for it: a file may be read in a
    process that has no catalogue.
    """

    def __init__(self, sentence: str, **about: object) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.about = about

    def __str__(self) -> str:
        sentence = gettext(self.sentence)
        return sentence % self.about if self.about else sentence
