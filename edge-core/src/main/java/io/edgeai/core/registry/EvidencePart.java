package io.edgeai.core.registry;

import java.time.Instant;

/**
 * What one process has seen.
 *
 * @param key of what
 * @param node which process; a process that takes its place goes on under the same name
 * @param revision counts its changes from 1
 * @param at when it changed last
 * @param state all it has seen so far, as its owner wrote it
 */
public record EvidencePart(EvidenceKey key, String node, long revision, Instant at, String state) {}
