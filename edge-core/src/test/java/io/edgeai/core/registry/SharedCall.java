package io.edgeai.core.registry;

import io.edgeai.core.error.EdgeException;
import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.VersionRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;

/**
 * One call on a registry that several processes use.
 *
 * @param actor unique, so that its entries in the audit are known by it
 * @param number the version it is about
 * @param start the machine's monotonic clock before the call
 * @param end that clock after it
 * @param outcome what it returned, or {@link #REFUSED} or {@link #BUSY}
 */
record SharedCall(String actor, String kind, String model, int number, long start, long end, String outcome) {
    static final String REFUSED = "refused";
    static final String BUSY = "busy";
    static final int MODELS = 3;
    static final int VERSIONS = 3;
    private static final List<String> KINDS = List.of(
            "promote",
            "promote",
            "promote",
            "rollback",
            "canary",
            "rollbackCanary",
            "stage",
            "shadow",
            "withdraw",
            "degrade",
            "recover",
            "freeze",
            "thaw",
            "thaw",
            "register",
            "read",
            "read",
            "read",
            "read");

    /** What all calls begin with: validated versions of some models. */
    static void prepare(EdgeModelRegistry registry) {
        for (int model = 0; model < MODELS; model++) {
            for (int number = 1; number <= VERSIONS; number++) {
                registry.lifecycle()
                        .validate(RegistryModels.add(registry, "m" + model, number)
                                .ref());
            }
        }
    }

    /** Makes random calls, one after the other. */
    static List<SharedCall> make(EdgeModelRegistry registry, String caller, int calls, long seed) {
        Random random = new Random(seed);
        List<SharedCall> made = new ArrayList<>();
        for (int i = 0; i < calls; i++) {
            String kind = KINDS.get(random.nextInt(KINDS.size()));
            String model = kind.equals("register") ? "grows" : "m" + random.nextInt(MODELS);
            int number = 1 + random.nextInt(VERSIONS);
            made.add(make(registry, caller + "#" + i, kind, VersionRef.of(model, number)));
        }
        return made;
    }

    private static SharedCall make(EdgeModelRegistry registry, String actor, String kind, VersionRef ref) {
        long start = System.nanoTime();
        String outcome;
        try {
            outcome = run(registry, registry.lifecycle().as(actor), actor, kind, ref);
        } catch (LifecycleException e) {
            outcome = REFUSED;
        } catch (EdgeException e) {
            if (!e.retriable()) {
                throw e;
            }
            outcome = BUSY;
        }
        return new SharedCall(actor, kind, ref.model().name(), ref.number(), start, System.nanoTime(), outcome);
    }

    private static String run(EdgeModelRegistry registry, Lifecycle life, String actor, String kind, VersionRef ref) {
        String model = ref.model().name();
        ModelVersion version =
                switch (kind) {
                    case "register" ->
                        registry.register(model, new byte[] {1}, r -> r.actor(actor)
                                .format(io.edgeai.core.model.ModelFormat.TENSORRT)
                                .signature(io.edgeai.core.model.Signature.UNKNOWN));
                    case "promote" -> life.promote(ref, kind);
                    case "rollback" -> life.rollback(model, kind);
                    case "canary" -> life.canary(ref, 5, kind);
                    case "rollbackCanary" -> life.rollbackCanary(ref, kind);
                    case "stage" -> life.stage(ref, kind);
                    case "shadow" -> life.shadow(ref, kind);
                    case "withdraw" -> life.withdraw(ref, kind);
                    case "degrade" -> life.degrade(ref, kind);
                    case "recover" -> life.recover(ref, kind);
                    case "freeze" -> life.freeze(model, kind);
                    case "thaw" -> life.thaw(model, kind);
                    default -> null;
                };
        return version == null ? stages(registry, model) : String.valueOf(version.number());
    }

    private static String stages(EdgeModelRegistry registry, String model) {
        return registry.versions(model).stream()
                .map(version -> version.stage().name())
                .collect(Collectors.joining(","));
    }

    boolean wrote() {
        return !kind.equals("read") && !outcome.equals(REFUSED) && !outcome.equals(BUSY);
    }

    String line() {
        return String.join(
                " ", actor, kind, model, String.valueOf(number), String.valueOf(start), String.valueOf(end), outcome);
    }

    static SharedCall parse(String line) {
        String[] words = line.split(" ");
        return new SharedCall(
                words[0],
                words[1],
                words[2],
                Integer.parseInt(words[3]),
                Long.parseLong(words[4]),
                Long.parseLong(words[5]),
                words[6]);
    }
}
