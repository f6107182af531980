package io.edgeai.federated.simulation;

import io.edgeai.federated.FederatedCoordinator;
import io.edgeai.federated.RoundRules;
import io.edgeai.federated.codec.Codec;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The fields {@code rules}, {@code models} and {@code journal}: how rounds go.
 *
 * @param rules when a round begins, ends and counts
 * @param models what models are sent as; null for float32
 * @param journal what a killed run goes on from; null for none
 */
record RunFields(RoundRules rules, @Nullable Codec models, @Nullable Path journal) {
    private static final int MANY = 1_000_000;

    static RunFields read(Fields fields, Path base) {
        RoundRules rules = fields.has("rules") ? rules(fields.object("rules")) : RoundRules.defaults();
        String codec = fields.word("models", "f32", "f16", "bf16", "int8", "int4", "int3", "ternary", "sign");
        return new RunFields(
                rules,
                codec.equals("f32") ? null : Codec.named(codec),
                fields.has("journal") ? fields.path("journal", base) : null);
    }

    private static RoundRules rules(Fields own) {
        RoundRules rules = new RoundRules(
                own.integer("minimum", 1, 1, MANY),
                own.integer("goal", 0, 0, MANY),
                seconds(own, "selectionSeconds"),
                seconds(own, "reportingSeconds"),
                seconds(own, "paceSeconds"),
                own.number("maximumNorm", Double.POSITIVE_INFINITY, 1e-9, 1e9),
                own.word("order", "selection", "arrival").equals("selection"));
        own.finish();
        return rules;
    }

    private static Duration seconds(Fields own, String name) {
        return Duration.ofSeconds(own.integer(name, 0, 0, MANY));
    }

    void apply(FederatedCoordinator.Builder builder) {
        builder.rules(rules);
        if (models != null) {
            builder.models(models);
        }
        if (journal != null) {
            builder.journal(journal);
        }
    }
}
