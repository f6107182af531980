package io.edgeai.core.text.pipeline;

import java.util.ArrayList;
import java.util.List;

/** Puts tokens of one entity together. Stateless. */
final class EntityGroups {
    private static final String OUTSIDE = "O";

    private EntityGroups() {}

    /** @param tokens every token of a text in order, each with its likeliest label */
    static List<Entity> of(String text, List<Entity> tokens, Aggregation aggregation) {
        List<Entity> entities = new ArrayList<>();
        List<Entity> group = new ArrayList<>();
        for (Entity token : tokens) {
            boolean goesOn = aggregation != Aggregation.NONE
                    && !group.isEmpty()
                    && !token.label().startsWith("B-")
                    && kind(token.label()).equals(kind(group.get(0).label()));
            if (!goesOn) {
                close(text, group, aggregation, entities);
            }
            group.add(token);
        }
        close(text, group, aggregation, entities);
        return entities;
    }

    private static void close(String text, List<Entity> group, Aggregation aggregation, List<Entity> entities) {
        if (group.isEmpty()) {
            return;
        }
        String label = group.get(0).label();
        if (!label.equals(OUTSIDE)) {
            int start = group.get(0).start();
            int end = group.get(group.size() - 1).end();
            double mean = group.stream().mapToDouble(Entity::score).average().orElseThrow();
            entities.add(new Entity(
                    aggregation == Aggregation.NONE ? label : kind(label),
                    mean,
                    text.substring(start, end),
                    start,
                    end));
        }
        group.clear();
    }

    private static String kind(String label) {
        return label.startsWith("B-") || label.startsWith("I-") ? label.substring(2) : label;
    }
}
