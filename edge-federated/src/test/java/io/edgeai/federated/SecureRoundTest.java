package io.edgeai.federated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.QuorumNotReachedException;
import io.edgeai.federated.secagg.SecureAggregation;
import io.edgeai.federated.selection.Selection;
import io.edgeai.federated.strategy.Strategies;
import io.edgeai.federated.training.DenseNetwork;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rounds whose updates leave participants only in a secure sum: who is lost where, and what the journal makes of a crash. */
class SecureRoundTest {
    private static final int MINIMUM = 2;
    private static final float[] START = {1, -2, 0.5f, 0, 3, 1};
    /** A change is rounded to a unit of {@code range · summands / 2³¹}, here below 2e-8; float adds less than 3e-7. */
    private static final float CLOSE = 4e-7f;

    @TempDir
    Path folder;

    private final AtomicLong clock = new AtomicLong();
    private final List<SecureSite> sites = new ArrayList<>();

    /** Changes that say who made them: participant k adds (k + 1) / 8 to the first parameter and 2 − k to the second. */
    private static float[] change(int number) {
        return new float[] {(number + 1) / 8f, 2 - number, 0, 0, 0, -0.25f};
    }

    private void gather(int[] lostBefore, boolean silent) {
        sites.clear();
        for (int i = 0; i < lostBefore.length; i++) {
            int number = i;
            sites.add(new SecureSite(i, task -> change(number), lostBefore[i], silent));
        }
    }

    private FederatedCoordinator.Builder federation() {
        return FederatedCoordinator.builder()
                .model(DenseNetwork.softmax(2, 2))
                .initialParameters(START)
                .population(SecureSite.population(sites))
                .strategy(Strategies.fedAvg())
                .selection(Selection.all())
                .secureAggregation(SecureAggregation.of(MINIMUM))
                .ticker(() -> clock.addAndGet(100_000_000))
                .rounds(1);
    }

    private static float[] meanOf(List<Integer> survivors) {
        float[] expected = START.clone();
        for (int i = 0; i < expected.length; i++) {
            double sum = 0;
            for (int survivor : survivors) {
                sum += change(survivor)[i];
            }
            expected[i] += (float) (sum / survivors.size());
        }
        return expected;
    }

    /** Who shared, and then enough who consented and revealed: more than half of those who gave keys. */
    private static boolean succeeds(int[] lost) {
        int[] there = new int[SecureSite.NEVER];
        for (int phase = 0; phase < there.length; phase++) {
            int now = phase;
            there[phase] =
                    (int) Arrays.stream(lost).filter(before -> before > now).count();
        }
        int threshold = there[0] / 2 + 1;
        return there[0] >= MINIMUM
                && there[1] >= Math.max(MINIMUM, threshold)
                && there[2] >= MINIMUM
                && there[4] >= threshold;
    }

    @Test
    void whoeverIsLostTheModelMovesByTheMeanOfTheRestOrNotAtAll() {
        Random random = new Random(41);
        int failed = 0;
        for (int run = 0; run < 60; run++) {
            int[] lost = random.ints(3 + run % 4, 0, 9)
                    .map(before -> Math.min(before, SecureSite.NEVER))
                    .toArray();
            String what = "seed 41, run " + run + ", lost before " + Arrays.toString(lost);
            gather(lost, false);
            if (!succeeds(lost)) {
                failed++;
                FederatedCoordinator coordinator = federation().build();
                assertThatThrownBy(coordinator::run).as(what).isInstanceOf(QuorumNotReachedException.class);
                continue;
            }
            FederatedRun done = federation().build().run();
            List<Integer> survivors = new ArrayList<>();
            for (int i = 0; i < lost.length; i++) {
                if (lost[i] > 2) {
                    survivors.add(i);
                }
                assertThat(sites.get(i).receipts)
                        .as(what)
                        .extracting(Receipt::accepted)
                        .containsExactly(lost[i] > 2);
            }
            assertThat(done.lastParameters()).as(what).containsExactly(meanOf(survivors), within());
            assertThat(done.rounds().get(0).reported()).as(what).isEqualTo(survivors.size());
        }
        assertThat(failed).as("both outcomes occur").isBetween(5, 50);
    }

    private static Offset<Float> within() {
        return Offset.offset(CLOSE);
    }

    /** The clock moves a tenth of a second whenever it is read, so a phase of a minute ends by itself. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4})
    void whoSaysNothingIsNotWaitedForBeyondItsPhase(int phase) {
        gather(new int[] {phase, SecureSite.NEVER, SecureSite.NEVER, SecureSite.NEVER}, true);
        FederatedRun done = federation()
                .rules(RoundRules.defaults().reportingWindow(Duration.ofSeconds(5)))
                .build()
                .run();
        boolean counts = phase > 2;
        assertThat(done.lastParameters())
                .containsExactly(meanOf(counts ? List.of(0, 1, 2, 3) : List.of(1, 2, 3)), within());
        assertThat(done.rounds().get(0).failures()).hasSize(counts ? 0 : 1).allSatisfy(one -> assertThat(one.reason())
                .contains("did not wait for it any longer"));
    }

    @Test
    void theGoalEndsTheWaitForKeys() {
        gather(new int[] {0, SecureSite.NEVER, SecureSite.NEVER, SecureSite.NEVER}, true);
        FederatedRun done = federation()
                .rules(RoundRules.defaults().minimumReports(3).goal(3))
                .build()
                .run();
        assertThat(done.lastParameters()).containsExactly(meanOf(List.of(1, 2, 3)), within());
    }

    @Test
    void participantsThatTakePartInNoSecureSumsAreNotAsked() {
        gather(new int[] {SecureSite.NEVER, SecureSite.NEVER}, false);
        List<FederatedParticipant> all = new ArrayList<>(sites);
        all.add(FederatedParticipant.of("plain", 1, task -> {
            throw new AssertionError("asked for its update as it is");
        }));
        FederatedRun done =
                federation().population(SecureSite.population(all)).build().run();
        assertThat(done.lastParameters()).containsExactly(meanOf(List.of(0, 1)), within());
        assertThat(done.rounds().get(0).failures()).extracting("participant").containsExactly("plain");
    }

    /** The process dies in the second of three rounds. Before its sum is written the round begins again, after that never. */
    @ParameterizedTest
    @EnumSource(
            value = RoundPhase.class,
            names = {"COLLECTING", "UNMASKING", "COMMITTING"})
    void aRoundThatWasCutOffIsRepeatedOrGoesOnFromItsSum(RoundPhase where) {
        int[] everybody = {SecureSite.NEVER, SecureSite.NEVER, SecureSite.NEVER};
        gather(everybody, false);
        float[] expected = federation().rounds(3).build().run().lastParameters();

        gather(everybody, false);
        Path journal = folder.resolve("run.journal");
        FederatedCoordinator dying = federation()
                .rounds(3)
                .journal(journal)
                .onPhase((round, phase) -> {
                    if (round == 2 && phase == where) {
                        throw new IllegalStateException("killed");
                    }
                })
                .build();
        assertThatThrownBy(dying::run).hasMessage("killed");
        boolean summed = where == RoundPhase.COMMITTING;
        assertThat(sites).allSatisfy(site -> assertThat(site.receipts).hasSize(summed ? 2 : 1));

        FederatedRun resumed = federation().rounds(3).journal(journal).build().run();
        assertThat(resumed.lastParameters()).isEqualTo(expected);
        assertThat(resumed.rounds()).extracting(RoundResult::reported).containsExactly(3, 3, 3);
        int joins = where == RoundPhase.UNMASKING ? 4 : 3;
        assertThat(sites).allSatisfy(site -> assertThat(site.joined).isEqualTo(joins));
    }
}
