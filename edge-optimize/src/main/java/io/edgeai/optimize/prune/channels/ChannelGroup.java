package io.edgeai.optimize.prune.channels;

import java.util.List;

/**
 * Channels that can go one by one and are alike: each removes the same kind of slices from the same weights.
 *
 * @param name the first value they are channels of
 * @param units the channels; a unit may stand for several indices, such as the features of an attention head
 * @param indices indices of {@code name}'s axis that one unit stands for, 1 for plain channels
 * @param residual whether a value among them is a sum of two computed values, as on a residual path
 * @param values the values and constants that shrink with them, in graph order
 */
public record ChannelGroup(String name, List<Integer> units, int indices, boolean residual, List<String> values) {
    public ChannelGroup {
        units = List.copyOf(units);
        values = List.copyOf(values);
    }

    public int width() {
        return units.size();
    }
}
