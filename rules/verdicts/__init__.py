"""Decisions taken apart, for whoever asks why (P8): pure data, made of a decision when somebody asks, and never while
deciding. The sentences for people are made of it in one place (`rules.verdicts.sentences`).
"""
