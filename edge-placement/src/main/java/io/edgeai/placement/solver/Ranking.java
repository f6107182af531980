package io.edgeai.placement.solver;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * The options of each group, best first by some value: plainly by cost, or by cost plus the prices of the resources
 * used, which leaves scarce nodes to those who gain most there. Immutable.
 */
final class Ranking {
    /** An option with the value it is ranked by. */
    record Ranked(Option option, double value) {}

    private final List<List<Ranked>> byGroup = new ArrayList<>();

    Ranking(Instance instance, ToDoubleFunction<Option> value) {
        for (Group group : instance.groups()) {
            byGroup.add(group.options().stream()
                    .map(option -> new Ranked(option, value.applyAsDouble(option)))
                    .sorted(Comparator.comparingDouble(Ranked::value))
                    .toList());
        }
    }

    int groups() {
        return byGroup.size();
    }

    List<Ranked> of(int group) {
        return byGroup.get(group);
    }
}
