"""The generated demo book: invented people, companies, deals and touchpoints, the same ones on every run."""
