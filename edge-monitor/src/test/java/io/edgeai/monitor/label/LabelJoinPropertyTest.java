package io.edgeai.monitor.label;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.model.VersionRef;
import io.edgeai.monitor.FakeTime;
import io.edgeai.monitor.metric.Share;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/** The join against a plain list of what waits, with few ids, little room, and a clock that is set. */
class LabelJoinPropertyTest {
    private static final List<VersionRef> VERSIONS = List.of(VersionRef.of("defects", 1), VersionRef.of("defects", 2));
    private static final Duration LONGEST = Duration.ofMinutes(10);
    private static final int CAPACITY = 12;

    /** Version is −1 for a label. */
    private record Entry(String id, int version, String value, Instant since) {}

    private final FakeTime time = new FakeTime();
    private final LabelJoin labels = new LabelJoin(time, CAPACITY, LONGEST);
    private final List<Entry> waiting = new ArrayList<>();
    private final long[] hits = new long[2];
    private final long[] totals = new long[2];
    private long givenUp;
    private long duplicates;

    private void happen(String id, int version, String value) {
        while (!waiting.isEmpty()
                && time.instant().isAfter(waiting.get(0).since().plus(LONGEST))) {
            waiting.remove(0);
            givenUp++;
        }
        Optional<Entry> same =
                waiting.stream().filter(entry -> entry.id().equals(id)).findFirst();
        if (same.isEmpty()) {
            waiting.add(new Entry(id, version, value, time.instant()));
            if (waiting.size() > CAPACITY) {
                waiting.remove(0);
                givenUp++;
            }
        } else if ((same.get().version() < 0) == (version < 0)) {
            duplicates++;
        } else {
            waiting.remove(same.get());
            int whose = Math.max(version, same.get().version());
            totals[whose]++;
            hits[whose] += same.get().value().equals(value) ? 1 : 0;
        }
    }

    private void forget(int version) {
        waiting.removeIf(entry -> entry.version() == version);
        hits[version] = 0;
        totals[version] = 0;
    }

    @RepeatedTest(10)
    void everyStepIsThatOfTheList(RepetitionInfo repetition) {
        long seed = repetition.getCurrentRepetition();
        Random random = new Random(seed);
        for (int step = 0; step < 3000; step++) {
            String id = "call-" + random.nextInt(40);
            String value = random.nextInt(3) > 0 ? "scratch" : "dent";
            int version = random.nextInt(4) - 2;
            if (random.nextInt(300) == 0) {
                forget(0);
                labels.forget(VERSIONS.get(0));
            } else if (version >= 0) {
                happen(id, version, value);
                labels.answered(VERSIONS.get(version), id, value);
            } else {
                happen(id, -1, value);
                labels.labelled(id, value);
            }
            if (random.nextInt(100) == 0) {
                time.set(time.instant().minusSeconds(random.nextInt(900)));
            } else {
                time.advance(Duration.ofSeconds(random.nextInt(90)));
            }
            assertThat(labels.duplicates()).as("step %s, seed %s", step, seed).isEqualTo(duplicates);
            for (int v = 0; v < 2; v++) {
                assertThat(labels.accuracy(VERSIONS.get(v)))
                        .as("step %s, seed %s", step, seed)
                        .isEqualTo(new Share(hits[v], totals[v]));
            }
        }
        long joined = totals[0] + totals[1];
        assertThat(List.of(givenUp, duplicates, joined)).as("seed %s", seed).allMatch(count -> count > 30);
        assertThat(labels.givenUp() + labels.waiting()).as("seed %s", seed).isEqualTo(givenUp + waiting.size());
    }

    /** Whatever happens, an answer or label was joined, is a duplicate, was given up, or waits. */
    @RepeatedTest(10)
    void nothingIsLost(RepetitionInfo repetition) {
        long seed = repetition.getCurrentRepetition();
        Random random = new Random(seed);
        for (int step = 1; step <= 1000; step++) {
            String id = "call-" + random.nextInt(5 + (int) seed * 10);
            if (random.nextBoolean()) {
                labels.answered(VERSIONS.get(random.nextInt(2)), id, "scratch");
            } else {
                labels.labelled(id, "scratch");
            }
            time.advance(Duration.ofSeconds(random.nextInt(120)));
            long pairs =
                    VERSIONS.stream().mapToLong(v -> labels.accuracy(v).total()).sum();
            assertThat(2 * pairs + labels.duplicates() + labels.givenUp() + labels.waiting())
                    .as("step %s, seed %s", step, seed)
                    .isEqualTo(step);
            assertThat(labels.waiting()).as("step %s, seed %s", step, seed).isLessThanOrEqualTo(CAPACITY);
        }
    }
}
