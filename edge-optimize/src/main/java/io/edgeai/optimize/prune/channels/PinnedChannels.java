package io.edgeai.optimize.prune.channels;

/**
 * Channels a layer makes that must stay.
 *
 * @param name the value they are channels of
 * @param width how many
 * @param reason why, in words
 */
public record PinnedChannels(String name, int width, String reason) {}
