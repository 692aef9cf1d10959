"""Checking that a cited sentence stands in the passage it cites, without a model: numbers, force, polarity, scope, roles."""

from samverk.answers.citations.checking import check
from samverk.answers.citations.findings import Finding, Reason, Verdict
from samverk.answers.citations.lines import check_line

__all__ = ["Finding", "Reason", "Verdict", "check", "check_line"]
