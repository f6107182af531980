package io.edgeai.core.serving.protocol;

/**
 * One version in the answer of the repository's index.
 *
 * @param name the model's name
 * @param version the version's number
 * @param ready whether it answers requests
 * @param reason why it does not; empty where it does
 */
public record IndexEntry(String name, String version, boolean ready, String reason) {}
