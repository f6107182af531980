package io.edgeai.federated;

/**
 * What became of a participant's update. An accepted one is counted exactly once, also where the coordinator dies right
 * after saying so, if it keeps a journal.
 *
 * @param round it belongs to
 * @param updateId of the update, 0 where it did not say
 * @param accepted whether it counts
 * @param reason why not; empty where it counts
 */
public record Receipt(int round, long updateId, boolean accepted, String reason) {}
