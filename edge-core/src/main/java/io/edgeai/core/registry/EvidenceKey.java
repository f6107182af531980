package io.edgeai.core.registry;

/**
 * What a {@link SharedEvidence} is of.
 *
 * @param model the model's name
 * @param environment where it is served
 * @param kind what gathers it, e.g. {@code canary}
 * @param run the entry of the audit with which it began, so that what is begun again begins anew; 0 for none
 * @param subject what is compared with what, e.g. {@code defects@2 beside defects@1}
 */
public record EvidenceKey(String model, String environment, String kind, long run, String subject) {}
