package io.edgeai.federated;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each thing that can be wrong with an update, alone and together with others, and what does not count as wrong. */
class UpdateCheckTest {
    private static final double NO_LIMIT = Double.POSITIVE_INFINITY;
    private static final Broadcast SENT = new Broadcast(new float[] {1, 2, 3}, null);

    private final UpdateCheck check = new UpdateCheck(SENT, 5);

    private static Update update(float... parameters) {
        return Update.received(parameters, 4);
    }

    static Stream<Arguments> wrong() {
        String version = Long.toHexString(SENT.version());
        return Stream.of(
                Arguments.of(update(1, 2), "its update has (2) parameters, not 3"),
                Arguments.of(update(), "its update has (0) parameters, not 3"),
                Arguments.of(update(1, Float.NaN, 3), "parameter 1 of its update is (NaN)"),
                Arguments.of(update(1, 2, Float.NEGATIVE_INFINITY), "parameter 2 of its update is (-Infinity)"),
                Arguments.of(update(1, 2, 3).control(new float[] {0, 0}), "its update has (2) control values, not 3"),
                Arguments.of(
                        update(1, 2, 3).control(new float[] {0, 0, Float.POSITIVE_INFINITY}),
                        "control value 2 of its update is (Infinity)"),
                Arguments.of(
                        Update.received(new float[] {1, 2, 3}, 0), "its update counts (0) samples, not at least 1"),
                Arguments.of(
                        Update.received(new float[] {1, 2, 3}, -7), "its update counts (-7) samples, not at least 1"),
                Arguments.of(
                        update(1, 2, 3).answering(0xabcdL, 0),
                        "its update belongs to model version (abcd), not " + version),
                Arguments.of(update(1, 2, 9), "its change has norm (6.0), over 5.0"));
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void whatIsWrongIsSaidInItsFigures(Update bad, String reason) {
        assertThat(check.problem(bad)).isEqualTo(reason);
    }

    /** A participant may repair its update: what was refused did not use up its name. */
    @ParameterizedTest
    @MethodSource("wrong")
    void theNameOfARefusedUpdateIsStillFree(Update bad, String reason) {
        long version = bad.version() == 0 ? SENT.version() : bad.version();
        assertThat(check.problem(bad.answering(version, 77))).isEqualTo(reason);
        Update repaired = update(1, 2, 4).answering(SENT.version(), 77);
        assertThat(check.problem(repaired)).isEmpty();
        assertThat(check.problem(repaired)).isEqualTo("update id (4d) has counted already");
    }

    /** Seconds, steps and losses are reports about the work and no reason to throw it away. */
    @Test
    void figuresOnTheSideSpoilNothing() {
        assertThat(check.problem(update(1, 2, 3)
                        .initialLoss(Double.NEGATIVE_INFINITY)
                        .steps(-5)
                        .seconds(Double.NaN)
                        .bytes(-1)))
                .isEmpty();
    }

    /** Neither a name nor a version is asked for: 0 is an update that does not say. */
    @Test
    void updatesWithoutNamesMayComeAgain() {
        Update nameless = update(2, 2, 3);
        assertThat(check.problem(nameless)).isEmpty();
        assertThat(check.problem(nameless)).isEmpty();
        assertThat(check.problem(nameless.answering(SENT.version(), 0))).isEmpty();
    }

    /** The triangle 3-4-5 in two of the coordinates: on the limit is within it. */
    @ParameterizedTest
    @CsvSource({"5,true", "4.999999999,false", "5.000000001,true", "0,false"})
    void theLimitItselfIsAllowed(double limit, boolean allowed) {
        String problem = new UpdateCheck(SENT, limit).problem(update(4, 6, 3));
        assertThat(problem).isEqualTo(allowed ? "" : "its change has norm (5.0), over " + limit);
    }

    /** Values whose squares overflow a float, and whose difference does. */
    @ParameterizedTest
    @ValueSource(floats = {1e20f, -1e30f, Float.MAX_VALUE})
    void enormousChangesAreMeasuredAndRefused(float value) {
        assertThat(check.problem(update(value, 2, 3)))
                .startsWith("its change has norm (")
                .endsWith("over 5.0");
        assertThat(new UpdateCheck(SENT, NO_LIMIT).problem(update(value, 2, 3))).isEmpty();
    }

    /** The set of names against a set in the test, over a crowd in which names repeat. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void everyNameCountsOnce(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Set<Long> counted = new HashSet<>();
        for (int i = 0; i < 300; i++) {
            boolean bad = random.nextInt(4) == 0;
            long id = 1L + random.nextInt(60);
            Update sent = update(1, 2, bad ? Float.NaN : 3).answering(SENT.version(), id);
            boolean expected = !bad && counted.add(id);
            assertThat(check.problem(sent).isEmpty())
                    .as("seed %d, update %d of id %d", seed, i, id)
                    .isEqualTo(expected);
        }
    }

    /** Two models that differ in one bit have different versions, and an update of one is none of the other's. */
    @Test
    void anUpdateOfANeighbouringModelIsRefused() {
        Broadcast near = new Broadcast(new float[] {1, 2, Math.nextUp(3f)}, null);
        Broadcast controlled = new Broadcast(new float[] {1, 2, 3}, new float[] {0, 0, 0});
        for (Broadcast other : new Broadcast[] {near, controlled}) {
            assertThat(check.problem(update(1, 2, 3).answering(other.version(), 1)))
                    .isEqualTo("its update belongs to model version (" + Long.toHexString(other.version()) + "), not "
                            + Long.toHexString(SENT.version()));
        }
    }
}
