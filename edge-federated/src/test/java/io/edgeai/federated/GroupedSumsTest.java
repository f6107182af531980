package io.edgeai.federated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.QuorumNotReachedException;
import io.edgeai.federated.data.LabelledSet;
import io.edgeai.federated.data.ParticipantData;
import io.edgeai.federated.privacy.Privacy;
import io.edgeai.federated.secagg.SecureAggregation;
import io.edgeai.federated.selection.Selection;
import io.edgeai.federated.strategy.Aggregator;
import io.edgeai.federated.strategy.Strategies;
import io.edgeai.federated.training.DenseNetwork;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Robust rules over sums of groups, among parties in this process and elsewhere. */
class GroupedSumsTest {
    private static final long SEED = 11;
    private static final float[] START = {1, -2, 0.5f, 0, 3, 1};
    private static final Aggregator MEDIAN = Aggregator.coordinateMedian();

    @TempDir
    Path folder;

    private final DenseNetwork network = DenseNetwork.softmax(8, 3);
    private final LabelledSet all = Samples.clouds(1000, 8, 3, 3);
    private final LabelledSet test = all.range(800, 1000);

    /** Twenty participants, of whom the first send the change that they learned, times a factor, as if it were theirs. */
    private FederatedCoordinator.Builder crowd(int poisoned, double factor, long seed) {
        FederatedCoordinator.Builder builder = FederatedCoordinator.builder()
                .model(network)
                .selection(Selection.all())
                .learningRate(0.05)
                .rounds(5)
                .seed(seed)
                .evaluation(test, 5);
        for (int k = 0; k < 20; k++) {
            FederatedParticipant honest = FederatedParticipant.training(
                    network, new ParticipantData("p" + k, all.range(40 * k, 40 * k + 40), all.range(0, 0)));
            boolean lies = k < poisoned;
            builder.participant(FederatedParticipant.of("p" + k, 40, task -> {
                Update update = honest.fit(task);
                float[] model = task.parameters();
                float[] sent = update.changeFrom(model);
                for (int i = 0; i < sent.length; i++) {
                    sent[i] = model[i] + (float) (lies ? factor : 1) * sent[i];
                }
                return Update.of(sent, 40).steps(update.steps());
            }));
        }
        return builder;
    }

    /** With 5 groups of 4, two liars are in two groups at most. */
    @ParameterizedTest
    @CsvSource({"1, -60", "2, -300"})
    void aFewPoisonedUpdatesBreakAPlainSumAndNotGroups(long seed, double factor) {
        double honest =
                crowd(0, 1, seed).strategy(Strategies.fedAvg()).build().run().accuracy();
        double plain = crowd(2, factor, seed)
                .strategy(Strategies.fedAvg())
                .secureAggregation(SecureAggregation.of(3))
                .build()
                .run()
                .accuracy();
        assertThat(honest).as("seed %d", seed).isGreaterThan(0.8);
        assertThat(plain).as("seed %d", seed).isLessThan(honest - 0.2);
        for (Aggregator rule : seed == 1 ? List.of(MEDIAN, Aggregator.multiKrum(0.4)) : List.of(MEDIAN)) {
            double robust = crowd(2, factor, seed)
                    .strategy(Strategies.fedAvg().aggregator(rule))
                    .secureAggregation(SecureAggregation.of(3).grouped(4))
                    .build()
                    .run()
                    .accuracy();
            assertThat(robust).as("%s, seed %d", rule.name(), seed).isGreaterThan(honest - 0.05);
        }
    }

    /** Without liars the default rule learns what a plain sum learns. */
    @Test
    void theDefaultRuleIsCentredClipping() {
        FederatedCoordinator grouped = crowd(0, 1, 1)
                .secureAggregation(SecureAggregation.of(3).grouped(4))
                .build();
        FederatedRun same = crowd(0, 1, 1)
                .strategy(Strategies.fedProx(0).aggregator(Aggregator.centredClipping()))
                .secureAggregation(SecureAggregation.of(3).grouped(4))
                .build()
                .run();
        FederatedRun run = grouped.run();
        assertThat(run.parameters()).isEqualTo(same.parameters());
        assertThat(run.accuracy()).isGreaterThan(0.8);
        assertThat(grouped.warnings()).isEmpty();
        assertThat(crowd(0, 1, 1)
                        .strategy(Strategies.fedAvg().aggregator(MEDIAN))
                        .secureAggregation(SecureAggregation.of(3).grouped(4))
                        .build()
                        .warnings())
                .hasSize(1)
                .allMatch(warning -> warning.contains("hold other data") && warning.contains("Maybe"));
    }

    private static float[] change(int number) {
        return new float[] {(number + 1) / 8f, 2 - number, number % 3, 0, (number * 7) % 5 - 2, -0.25f};
    }

    private static List<SecureSite> sites(int[] lostBefore) {
        List<SecureSite> sites = new ArrayList<>();
        for (int i = 0; i < lostBefore.length; i++) {
            int number = i;
            sites.add(new SecureSite(i, task -> change(number), lostBefore[i], false));
        }
        return sites;
    }

    private FederatedCoordinator.Builder elsewhere(List<SecureSite> sites, int minimum, int size) {
        return FederatedCoordinator.builder()
                .model(DenseNetwork.softmax(2, 2))
                .initialParameters(START)
                .population(SecureSite.population(sites))
                .strategy(Strategies.fedAvg().aggregator(MEDIAN))
                .selection(Selection.all())
                .secureAggregation(SecureAggregation.of(minimum).grouped(size))
                .ticker(() -> 0)
                .seed(SEED)
                .rounds(1);
    }

    /** The median of means, by sorting. */
    private static float[] expected(List<List<Integer>> groups) {
        float[] model = START.clone();
        for (int i = 0; i < model.length; i++) {
            int at = i;
            double[] means = groups.stream()
                    .mapToDouble(group -> group.stream()
                            .mapToDouble(one -> change(one)[at])
                            .average()
                            .orElseThrow())
                    .sorted()
                    .toArray();
            int middle = means.length / 2;
            double median = means.length % 2 == 1 ? means[middle] : (means[middle - 1] + means[middle]) / 2;
            model[i] += (float) median;
        }
        return model;
    }

    private static Offset<Float> close() {
        return Offset.offset(1e-6f);
    }

    @Test
    void elsewhereTheModelMovesByTheMedianOfMeans() {
        int[] everybody = new int[11];
        Arrays.fill(everybody, SecureSite.NEVER);
        List<SecureSite> sites = sites(everybody);
        FederatedRun run = elsewhere(sites, 2, 2).build().run();
        List<List<Integer>> groups = new SumGroups(2, MEDIAN, SEED).of(1, 11);
        assertThat(groups).hasSize(5);
        assertThat(run.lastParameters()).containsExactly(expected(groups), close());
        assertThat(run.rounds().get(0).reported()).isEqualTo(11);
        assertThat(sites)
                .allSatisfy(site ->
                        assertThat(site.receipts).allMatch(Receipt::accepted).hasSize(1));
    }

    /** Whoever is lost in whatever phase costs its own group at most; the others go on. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4})
    void aGroupThatLostTooManyIsLeftOut(int phase) {
        List<List<Integer>> groups = new SumGroups(3, MEDIAN, SEED).of(1, 12);
        int[] lost = new int[12];
        Arrays.fill(lost, SecureSite.NEVER);
        // Of the first group two are lost, of the second one.
        lost[groups.get(0).get(0)] = phase;
        lost[groups.get(0).get(1)] = phase;
        lost[groups.get(1).get(2)] = phase;
        List<SecureSite> sites = sites(lost);
        FederatedRun run = elsewhere(sites, 2, 3).build().run();

        List<List<Integer>> kept = new ArrayList<>(groups.subList(1, 4));
        if (phase <= 2) {
            kept.set(0, groups.get(1).subList(0, 2));
        }
        assertThat(run.lastParameters()).containsExactly(expected(kept), close());
        int survivors = kept.stream().mapToInt(List::size).sum();
        assertThat(run.rounds().get(0).reported()).isEqualTo(survivors);
        assertThat(run.rounds().get(0).failures()).hasSize(12 - survivors);
        SecureSite third = sites.get(groups.get(0).get(2));
        assertThat(third.receipts).hasSize(1).allMatch(receipt -> !receipt.accepted());
        assertThat(third.receipts.get(0).reason()).contains("its group has no sum");
    }

    @Test
    void fewerThanThreeGroupsAreNoRound() {
        List<List<Integer>> groups = new SumGroups(2, MEDIAN, SEED).of(1, 6);
        int[] lost = new int[6];
        Arrays.fill(lost, SecureSite.NEVER);
        lost[groups.get(0).get(0)] = 0;
        assertThatThrownBy(elsewhere(sites(lost), 2, 2).build()::run)
                .isInstanceOf(QuorumNotReachedException.class)
                .hasMessageContaining("(2) groups, a robust rule needs at least 3");
        int[] five = new int[5];
        Arrays.fill(five, SecureSite.NEVER);
        assertThatThrownBy(elsewhere(sites(five), 2, 2).build()::run)
                .isInstanceOf(QuorumNotReachedException.class)
                .hasMessageContaining("(5) participants for (2) groups of 2");
        int[] nobody = new int[6];
        assertThatThrownBy(elsewhere(sites(nobody), 2, 2).build()::run).isInstanceOf(QuorumNotReachedException.class);
    }

    /** The process dies in the second round; from its sums on it asks nobody again. */
    @ParameterizedTest
    @EnumSource(
            value = RoundPhase.class,
            names = {"UNMASKING", "COMMITTING"})
    void aCrashGoesOnFromTheSumsOfAllGroups(RoundPhase where) {
        int[] everybody = new int[7];
        Arrays.fill(everybody, SecureSite.NEVER);
        float[] expected =
                elsewhere(sites(everybody), 2, 2).rounds(3).build().run().lastParameters();
        List<SecureSite> sites = sites(everybody);
        Path journal = folder.resolve("run.journal");
        assertThatThrownBy(elsewhere(sites, 2, 2)
                        .rounds(3)
                        .journal(journal)
                        .onPhase((round, phase) -> {
                            if (round == 2 && phase == where) {
                                throw new IllegalStateException("killed");
                            }
                        })
                        .build()::run)
                .hasMessage("killed");
        FederatedRun resumed =
                elsewhere(sites, 2, 2).rounds(3).journal(journal).build().run();
        assertThat(resumed.lastParameters()).isEqualTo(expected);
        assertThat(sites).allSatisfy(site -> assertThat(site.joined).isEqualTo(where == RoundPhase.UNMASKING ? 4 : 3));
        // Another size of groups is another plan.
        assertThatThrownBy(elsewhere(sites, 2, 3).rounds(4).journal(journal).build()::run)
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("groups of 2 by coordinate-median");
    }

    @Test
    void whatDoesNotGoWithGroupsIsRefusedWithTheRepair() {
        SecureAggregation groups = SecureAggregation.of(3).grouped(4);
        assertThatThrownBy(() -> crowd(0, 1, 1)
                        .secureAggregation(groups)
                        .privacy(Privacy.epsilon(4, 1e-3))
                        .build())
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("privacy(..) counts what one sum of all says");
        assertThatThrownBy(() -> crowd(0, 1, 1)
                        .secureAggregation(groups)
                        .strategy(Strategies.fedAvg())
                        .build())
                .hasMessageContaining("groups only give up privacy where their means are averaged");
        assertThatThrownBy(() ->
                        crowd(0, 1, 1).secureAggregation(groups.grouped(7)).build())
                .hasMessageContaining("(20) participants make (2) groups of 7, a robust rule needs at least 3; maybe");
        assertThatThrownBy(() -> crowd(0, 1, 1)
                        .secureAggregation(groups)
                        .rules(RoundRules.defaults().goal(15))
                        .build())
                .hasMessageContaining("goal (15) would end a round before each group");
        assertThatThrownBy(() -> SecureAggregation.of(5).grouped(4))
                .hasMessageContaining("Groups of (4) participants never have the (5) survivors");
        assertThatThrownBy(() -> SecureAggregation.of(2).grouped(1)).hasMessageContaining("hide nobody");
    }

    /** Values in few bits are summed by groups like any others. */
    @Test
    void groupsGoWithFewBits() {
        FederatedRun run = crowd(2, -60, 1)
                .strategy(Strategies.fedAvg().aggregator(MEDIAN))
                .secureAggregation(SecureAggregation.of(3).grouped(4).coded(8, 1, 1))
                .build()
                .run();
        assertThat(run.accuracy()).isGreaterThan(0.8);
    }
}
