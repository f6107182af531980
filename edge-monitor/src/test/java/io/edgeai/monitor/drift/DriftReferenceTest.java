package io.edgeai.monitor.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Tensor;
import io.edgeai.monitor.anomaly.FalseAlarmBudget;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A reference that is given, or kept over a restart. */
class DriftReferenceTest {
    private final SampleQueue queue = new SampleQueue(100_000);
    private final Random random = new Random(3);
    private Instant now = Instant.parse("2026-01-05T00:00:00Z");

    private DriftWatch watch(double perDay) {
        return new DriftWatch(queue, new FalseAlarmBudget(perDay), 1);
    }

    private float[] row(int length, double shift) {
        float[] row = new float[length];
        for (int i = 0; i < length; i++) {
            row[i] = (float) (random.nextGaussian() + shift);
        }
        return row;
    }

    private List<float[]> rows(int count, int length, double shift) {
        List<float[]> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            rows.add(row(length, shift));
        }
        return rows;
    }

    private Optional<DriftVerdict> batch(DriftWatch watch, int samples, double shift) {
        for (int i = 0; i < samples; i++) {
            queue.accept(row(4, shift), row(2, shift));
        }
        now = now.plus(Duration.ofMinutes(10));
        return watch.update(now);
    }

    /** With training data the first calls are already tested: what was drifted from the start is found. */
    @Test
    void theFirstCallsAreComparedWithWhatWasGiven() {
        DriftWatch watch = watch(0.1);
        watch.reference(DriftReference.of("train.csv", rows(500, 4, 0)));
        assertThat(watch.basis()).hasValue(new DriftBasis("train.csv", 500, 0));
        DriftVerdict first = batch(watch, DriftWatch.CURRENT, 1).orElseThrow();
        assertThat(first.inputs().columns()).hasSize(4).allMatch(ColumnDrift::drifted);
        assertThat(first.inputs().columns()).allMatch(column -> column.referenceCount() == 500);
        assertThat(first.outputs().columns())
                .as("answers have no reference yet")
                .isEmpty();
        assertThat(first.basis()).isEqualTo(new DriftBasis("train.csv", 500, 0));

        batch(watch, DriftWatch.REFERENCE - DriftWatch.CURRENT, 1);
        DriftVerdict later = batch(watch, DriftWatch.CURRENT, 1).orElseThrow();
        assertThat(later.inputs().drifted()).isTrue();
        assertThat(later.outputs().drifted())
                .as("against the first 1000 answers, seed 3")
                .isFalse();
        assertThat(later.basis().outputs()).isEqualTo(1000);
    }

    @Test
    void answersMayBeGivenToo() {
        DriftWatch watch = watch(0.1);
        watch.reference(DriftReference.of("train.csv", rows(300, 4, 0), rows(300, 2, 0)));
        DriftVerdict first = batch(watch, DriftWatch.CURRENT, 1).orElseThrow();
        assertThat(first.outputs().drifted()).isTrue();
        assertThat(first.basis()).isEqualTo(new DriftBasis("train.csv", 300, 300));
    }

    /** 600 tests at 5 % against fresh references of this many rows: 30 findings expected, four deviations are 21. */
    @ParameterizedTest
    @ValueSource(ints = {50, 300, 3000})
    void falseAlarmsAreThoseOfTheLevelWhateverTheReferencesSize(int size) {
        random.setSeed(size);
        int found = 0;
        for (int test = 0; test < 600; test++) {
            DriftWatch watch = watch(0.05 * 144);
            watch.reference(DriftReference.of("rows", rows(size, 1, 0)));
            for (int i = 0; i < DriftWatch.CURRENT; i++) {
                queue.accept(row(1, 0), new float[1]);
            }
            found += watch.update(now).orElseThrow().inputs().drifted() ? 1 : 0;
        }
        System.out.println("reference of " + size + " rows: " + found + " of 600 at 5 %, seed " + size);
        assertThat(found).as("seed %s", size).isBetween(30 - 21, 30 + 21);
    }

    /** A restart between the reference and a drift: the kept one finds it, a new one would take the drift for the usual. */
    @Test
    void aKeptReferenceOutlivesTheProcess() {
        DriftWatch before = watch(0.1);
        assertThat(before.save()).isEmpty();
        batch(before, 400, 0);
        assertThat(before.becameComplete()).isFalse();
        DriftWatch between = watch(0.1);
        between.restore(before.save().orElseThrow());
        batch(between, 600, 0);
        assertThat(between.becameComplete()).isTrue();
        assertThat(between.becameComplete()).as("told once").isFalse();
        byte[] kept = between.save().orElseThrow();

        DriftWatch restarted = watch(0.1);
        restarted.restore(kept);
        assertThat(restarted.basis()).isEqualTo(between.basis()).hasValueSatisfying(basis -> {
            assertThat(basis.inputs()).isEqualTo(1000);
            assertThat(basis.origin()).isEqualTo("the first calls sampled, from 2026-01-05T00:10:00Z");
        });
        DriftVerdict same = batch(restarted, DriftWatch.CURRENT, 0.8).orElseThrow();
        assertThat(same.inputs().columns()).allMatch(ColumnDrift::drifted);
        assertThat(same.outputs().drifted()).isTrue();
        assertThat(batch(watch(0.1), DriftWatch.CURRENT, 0.8))
                .as("without it, nothing")
                .isEmpty();
    }

    /** The verdicts of a watch that was saved and restored are those of one that was not. */
    @Test
    void restoredVerdictsAreTheSame() {
        DriftWatch running = watch(0.1);
        batch(running, DriftWatch.REFERENCE, 0);
        DriftWatch restarted = watch(0.1);
        restarted.restore(running.save().orElseThrow());
        random.setSeed(77);
        DriftVerdict one = batch(running, DriftWatch.CURRENT, 0.1).orElseThrow();
        random.setSeed(77);
        now = now.minus(Duration.ofMinutes(10));
        assertThat(batch(restarted, DriftWatch.CURRENT, 0.1)).hasValue(one);
    }

    @Test
    void whatIsGivenComesBeforeWhatWasKept() {
        DriftWatch before = watch(0.1);
        batch(before, DriftWatch.REFERENCE, 0);
        DriftWatch watch = watch(0.1);
        watch.reference(DriftReference.of("train.csv", rows(100, 4, 0)));
        watch.restore(before.save().orElseThrow());
        assertThat(batch(watch, DriftWatch.CURRENT, 0).orElseThrow().basis().origin())
                .isEqualTo("train.csv");
        assertThat(watch.save()).as("it is given again").isEmpty();
        watch.learnAgain();
        batch(watch, 10, 0);
        assertThat(watch.basis())
                .hasValueSatisfying(basis -> assertThat(basis.inputs()).isEqualTo(10));
    }

    @Test
    void damagedAndStrangeStatesAreRefused() {
        DriftWatch before = watch(0.1);
        batch(before, 20, 0);
        byte[] state = before.save().orElseThrow();
        for (int length : new int[] {0, 3, 11, 40, state.length - 1}) {
            assertThatThrownBy(() -> watch(0.1).restore(Arrays.copyOf(state, length)))
                    .as("cut to %s", length)
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("Maybe");
        }
        assertThatThrownBy(() -> new DriftWatch(queue, FalseAlarmBudget.ofDefaults(), 2).restore(state))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("seed (1)");
    }

    @Test
    void manyRowsAreThinnedEvenly() {
        List<float[]> many = new ArrayList<>();
        for (int i = 0; i < 25_000; i++) {
            many.add(new float[] {i});
        }
        DriftReference reference = DriftReference.of("many.npy", many);
        assertThat(reference.size()).isEqualTo(10_000);
        assertThat(reference.origin()).isEqualTo("many.npy, 10000 of 25000 rows");
        assertThat(reference.inputs().get(9_999)[0]).isBetween(24_990f, 25_000f);
        double mean =
                reference.inputs().stream().mapToDouble(row -> row[0]).average().orElse(0);
        assertThat(mean).isBetween(12_490.0, 12_510.0);
    }

    @Test
    void aTensorsRowsFollowItsFirstDimension() {
        float[] values = new float[40 * 6];
        for (int i = 0; i < values.length; i++) {
            values[i] = i;
        }
        DriftReference reference = DriftReference.of("x", Tensor.of(values, 40, 2, 3));
        assertThat(reference.size()).isEqualTo(40);
        assertThat(reference.width()).isEqualTo(6);
        assertThat(reference.inputs().get(39)).containsExactly(234, 235, 236, 237, 238, 239);
        values[0] = 99;
        assertThat(reference.inputs().get(0)[0]).as("a copy").isZero();
    }

    @Test
    void whatCannotBeAReferenceIsRefused() {
        assertThatThrownBy(() -> DriftReference.of("x", rows(29, 4, 0)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(29)")
                .hasMessageContaining("Maybe");
        List<float[]> uneven = rows(40, 4, 0);
        uneven.set(7, new float[5]);
        assertThatThrownBy(() -> DriftReference.of("x", uneven)).hasMessageContaining("Row (7)");
        assertThatThrownBy(() -> DriftReference.of("x", rows(40, 0, 0))).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> DriftReference.of(" ", rows(40, 1, 0))).hasMessageContaining("Origin");
        assertThatThrownBy(() -> DriftReference.of("x", Tensor.of(new float[] {1})))
                .isInstanceOf(InvalidInputException.class);
    }
}
