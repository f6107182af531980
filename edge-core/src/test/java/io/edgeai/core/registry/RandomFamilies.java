package io.edgeai.core.registry;

import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.model.WorkloadType;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Registries full of related versions of a few models, the same for the same seed. */
final class RandomFamilies {
    static final List<String> MODELS = List.of("cats", "dogs", "cats-small");
    static final List<String> SITES = List.of("north", "South Gate", "hall:2");
    static final List<String> DERIVATIONS = List.of("int8-static", "pruned", "int8-dynamic");
    static final Instant NOW = Instant.parse("2026-03-01T00:00:00Z");

    private RandomFamilies() {}

    static EdgeModelRegistry open(Path home) {
        return EdgeModelRegistry.builder()
                .home(home)
                .gates(AcceptingGate.ONLY)
                .clock(Clock.fixed(NOW, ZoneOffset.UTC))
                .build();
    }

    /** Registers versions, about two thirds of them derived from an earlier one, and moves some of them. */
    static List<VersionRef> fill(EdgeModelRegistry registry, Random random, int versions) {
        List<VersionRef> refs = new ArrayList<>();
        for (int i = 0; i < versions; i++) {
            byte[] bytes = new byte[1 + random.nextInt(300)];
            random.nextBytes(bytes);
            ModelVersion version = registry.register(pick(MODELS, random), bytes, spec -> {
                spec.format(pick(List.of(ModelFormat.TENSORRT, ModelFormat.COREML), random))
                        .signature(Signature.UNKNOWN)
                        .workload(pick(List.of(WorkloadType.COMPUTER_VISION, WorkloadType.INFERENCE), random));
                if (random.nextBoolean()) {
                    spec.tag("site", pick(SITES, random));
                }
                if (!refs.isEmpty() && random.nextInt(3) > 0) {
                    spec.derivedFrom(pick(refs, random), pick(DERIVATIONS, random));
                }
            });
            refs.add(version.ref());
        }
        for (int i = 0; i < versions / 3; i++) {
            move(registry, pick(refs, random), random.nextInt(4), i);
        }
        return refs;
    }

    private static void move(EdgeModelRegistry registry, VersionRef ref, int what, int round) {
        switch (what) {
            case 0 -> registry.annotations().alias("best" + round, ref, "");
            case 1 -> registry.annotations().tag(ref, "round", Integer.toString(round));
            case 2 -> registry.annotations().note(ref, "round " + round);
            default -> registry.lifecycle().in("site" + round).promote(ref, "");
        }
    }

    static <T> T pick(List<T> from, Random random) {
        return from.get(random.nextInt(from.size()));
    }
}
