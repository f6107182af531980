package io.edgeai.core.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Whether calls that overlapped can have taken place one after the other, each at a moment between its start and its end
 * (Herlihy and Wing, 1990). The audit proposes the order of those that changed something; plain maps say what each of them
 * should have returned there, and whether there is a moment for each of the others at which it could return what it did.
 */
final class OneHistory {
    private final Map<String, Long> sequences = new HashMap<>();
    private final Map<String, List<SharedCall>> models = new TreeMap<>();

    /** @param audit all entries, in order */
    OneHistory(List<SharedCall> calls, List<AuditEntry> audit) {
        Map<String, Long> last = new HashMap<>();
        for (AuditEntry entry : audit) {
            Long before = last.put(entry.actor(), entry.sequence());
            assertThat(before == null
                            || before + 1 == entry.sequence()
                            || entry.actor().equals("tester"))
                    .as("the entries of %s stand together", entry.actor())
                    .isTrue();
            sequences.putIfAbsent(entry.actor(), entry.sequence());
        }
        Set<String> actors = new HashSet<>(last.keySet());
        actors.remove("tester");
        assertThat(calls.stream().filter(SharedCall::wrote).map(SharedCall::actor))
                .as("what was acknowledged is recorded, and nothing else is")
                .containsExactlyInAnyOrderElementsOf(actors);
        calls.forEach(call ->
                models.computeIfAbsent(call.model(), name -> new ArrayList<>()).add(call));
    }

    void check() {
        models.forEach((model, calls) -> {
            List<SharedCall> writes = calls.stream()
                    .filter(SharedCall::wrote)
                    .sorted(Comparator.comparing(call -> sequences.get(call.actor())))
                    .toList();
            long latest = Long.MIN_VALUE;
            for (SharedCall write : writes) {
                assertThat(write.end())
                        .as("%s ended before one began that is recorded before it", write)
                        .isGreaterThanOrEqualTo(latest);
                latest = Math.max(latest, write.start());
            }
            replay(
                    model,
                    writes,
                    calls.stream()
                            .filter(call -> !call.wrote() && !call.outcome().equals(SharedCall.BUSY))
                            .toList());
        });
    }

    private static void replay(String model, List<SharedCall> writes, List<SharedCall> others) {
        long[] ends = writes.stream().mapToLong(SharedCall::end).toArray();
        for (int i = ends.length - 2; i >= 0; i--) {
            ends[i] = Math.min(ends[i], ends[i + 1]); // what comes after a write comes after those before it, too
        }
        Map<Integer, List<SharedCall>> from = new HashMap<>();
        for (SharedCall other : others) {
            from.computeIfAbsent(first(ends, other.start()), at -> new ArrayList<>())
                    .add(other);
        }
        PlainLifecycle state = begin(model);
        List<SharedCall> open = new ArrayList<>();
        for (int i = 0; i <= writes.size(); i++) {
            open.addAll(from.getOrDefault(i, List.of()));
            PlainLifecycle now = state;
            open.removeIf(other -> explains(now, other));
            if (i < writes.size()) {
                SharedCall write = writes.get(i);
                assertThat(open)
                        .as("have no moment before (%s), which began after they ended", write)
                        .noneMatch(other -> other.end() < write.start());
                assertThat(run(state, write)).as("%s", write).isEqualTo(write.outcome());
            }
        }
        assertThat(open).as("have no moment at all").isEmpty();
    }

    /** How many writes had ended when something began: all of these come before it. */
    private static int first(long[] ends, long start) {
        int low = 0;
        int high = ends.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (ends[middle] < start) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private static PlainLifecycle begin(String model) {
        PlainLifecycle state = new PlainLifecycle();
        if (!model.equals("grows")) {
            for (int number = 1; number <= SharedCall.VERSIONS; number++) {
                state.register(model);
                state.validate(state.version(model, number), true);
            }
        }
        return state;
    }

    private static boolean explains(PlainLifecycle state, SharedCall other) {
        return other.kind().equals("read")
                ? other.outcome().equals(stages(state, other.model()))
                : run(state.copy(), other).equals(SharedCall.REFUSED);
    }

    private static String stages(PlainLifecycle state, String model) {
        return state.models.getOrDefault(model, List.of()).stream()
                .map(version -> version.at("default"))
                .collect(Collectors.joining(","));
    }

    /** What the call should return in a state, which is changed by it. */
    private static String run(PlainLifecycle state, SharedCall call) {
        String model = call.model();
        if (call.kind().equals("register")) {
            return String.valueOf(state.register(model));
        }
        String place = "default";
        PlainLifecycle.Version version = state.version(model, call.number());
        int answering = state.answering(model, place);
        boolean allowed =
                switch (call.kind()) {
                    case "promote" -> state.promote(model, version, place);
                    case "rollback" -> state.rollback(model, place);
                    case "canary" -> state.canary(model, version, place, 5);
                    case "rollbackCanary" -> state.rollbackCanary(version, place);
                    case "stage" -> state.stage(model, version, place);
                    case "shadow" -> state.shadow(model, version, place);
                    case "withdraw" -> state.withdraw(version, place);
                    case "degrade" -> state.degrade(version, place);
                    case "recover" -> state.recover(version, place);
                    case "freeze" -> state.freeze(model, place);
                    default -> state.thaw(model, place);
                };
        if (!allowed) {
            return SharedCall.REFUSED;
        }
        return switch (call.kind()) {
            case "rollback" -> String.valueOf(state.answering(model, place));
            case "freeze", "thaw" -> String.valueOf(answering);
            default -> String.valueOf(call.number());
        };
    }
}
