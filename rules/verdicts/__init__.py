"""Decisions taken apart, for whoever asks why (P8): pure data, made of a decision when somebody asks, and never while
deciding. The sentences for people are made of it in one place (`rules.verdicts.sentences`).

What a condition asks is told of the same parts in the same statements before there is any case
(`rules.verdicts.condition_words`), for pages about policies.
"""
