package io.edgeai.federated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.federated.data.ParticipantData;
import io.edgeai.federated.evaluation.FederatedEvaluation;
import io.edgeai.federated.evaluation.ParticipantScore;
import io.edgeai.federated.evaluation.SiteFigures;
import io.edgeai.federated.privacy.Privacy;
import io.edgeai.federated.secagg.SecureAggregation;
import io.edgeai.federated.selection.Selection;
import io.edgeai.federated.strategy.Strategies;
import io.edgeai.federated.training.DenseNetwork;
import io.edgeai.federated.training.Evaluation;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Models measured by participants, against what each says of the same model when it is asked by itself. */
class SiteEvaluationTest {
    private static final int CROWD = 6;
    private final DenseNetwork network = DenseNetwork.softmax(4, 3);
    private final List<String> asked = new ArrayList<>();

    @TempDir
    Path folder;

    /** Participant {@code k} keeps {@code 4 + 3k} samples, or none. */
    private FederatedParticipant site(int k, boolean keeps) {
        var all = Samples.clouds(60, 4, 3, 100 + k);
        return FederatedParticipant.training(
                network, new ParticipantData("p" + k, all.range(0, 30), all.range(30, keeps ? 34 + 3 * k : 30)));
    }

    private List<FederatedParticipant> crowd() {
        List<FederatedParticipant> crowd = new ArrayList<>();
        for (int k = 0; k < CROWD; k++) {
            crowd.add(new Watched(site(k, true)));
        }
        return crowd;
    }

    /** Says who was asked to measure. */
    private class Watched implements FederatedParticipant {
        final FederatedParticipant inner;

        Watched(FederatedParticipant inner) {
            this.inner = inner;
        }

        @Override
        public String id() {
            return inner.id();
        }

        @Override
        public int samples() {
            return inner.samples();
        }

        @Override
        public Update fit(RoundTask task) {
            return inner.fit(task);
        }

        @Override
        public Optional<Evaluation> evaluate(float[] parameters) {
            asked.add(id());
            return inner.evaluate(parameters);
        }
    }

    private FederatedCoordinator.Builder federation(List<? extends FederatedParticipant> crowd, SiteEvaluation how) {
        FederatedCoordinator.Builder builder = FederatedCoordinator.builder()
                .model(network)
                .strategy(Strategies.fedAvg())
                .selection(Selection.count(3))
                .rounds(5)
                .ticker(() -> 0)
                .seed(4)
                .siteEvaluation(how);
        crowd.forEach(builder::participant);
        return builder;
    }

    private static SiteFigures figures(FederatedRun run, int round) {
        return Objects.requireNonNull(run.rounds().get(round - 1).sites());
    }

    @Test
    void theyMeasureTheModelOfTheRound() {
        List<FederatedParticipant> crowd = crowd();
        FederatedCoordinator coordinator =
                federation(crowd, SiteEvaluation.every(2)).build();
        List<float[]> models = new ArrayList<>();
        FederatedRun run = federation(crowd, SiteEvaluation.every(2))
                .onModel((round, model) -> models.add(model.parameters()))
                .build()
                .run();

        assertThat(run.rounds())
                .extracting(round -> round.sites() != null)
                .containsExactly(false, true, false, true, true);
        for (int round : new int[] {2, 4, 5}) {
            FederatedEvaluation each = FederatedScores.of(coordinator.population(), models.get(round - 1));
            SiteFigures figures = figures(run, round);
            assertThat(figures.scores()).isEqualTo(each.scores());
            assertThat(figures.accuracy()).isEqualTo(each.accuracy());
            assertThat(figures.loss()).isEqualTo(each.loss());
            assertThat(figures.worst())
                    .isEqualTo(each.scores().stream()
                            .mapToDouble(ParticipantScore::accuracy)
                            .min()
                            .orElseThrow());
            assertThat(figures.asked()).isEqualTo(CROWD);
            assertThat(figures.samples()).isEqualTo(4 + 7 + 10 + 13 + 16 + 19);
            assertThat(figures.bytesDown()).isEqualTo(4L * 15 * CROWD);
        }
        assertThat(run.sites()).contains(figures(run, 5));
        assertThat(run.toString()).contains("accuracy at 6 sites");
        // Measuring changes nothing of what is learned.
        FederatedCoordinator.Builder plain = FederatedCoordinator.builder()
                .model(network)
                .strategy(Strategies.fedAvg())
                .selection(Selection.count(3))
                .rounds(5)
                .seed(4);
        crowd().forEach(plain::participant);
        assertThat(run.parameters()).isEqualTo(plain.build().run().parameters());
    }

    @Test
    void aSampleIsDrawnAnewEachTime() {
        FederatedRun run = federation(crowd(), SiteEvaluation.every(1).participants(2))
                .rounds(40)
                .build()
                .run();
        assertThat(run.rounds())
                .allMatch(round -> Objects.requireNonNull(round.sites()).reported() == 2);
        // Each of 6 in a third of 40 rounds: 13.3, with a deviation of 3.
        for (int k = 0; k < CROWD; k++) {
            String id = "p" + k;
            assertThat(asked.stream().filter(id::equals).count()).as(id).isBetween(3L, 25L);
        }
        List<String> first = List.copyOf(asked);
        asked.clear();
        federation(crowd(), SiteEvaluation.every(1).participants(2))
                .rounds(40)
                .build()
                .run();
        assertThat(asked).isEqualTo(first);
    }

    @Test
    void whoFailsOrKeepsNothingIsNamedAndTheRestCounts() {
        List<FederatedParticipant> crowd = crowd();
        crowd.set(1, site(1, false));
        crowd.set(2, new Watched(site(2, true)) {
            @Override
            public Optional<Evaluation> evaluate(float[] parameters) {
                throw new IllegalStateException("no disk");
            }
        });
        crowd.set(3, new Watched(site(3, true)) {
            @Override
            public Optional<Evaluation> evaluate(float[] parameters) {
                return Optional.of(new Evaluation(Double.NaN, 2, 5));
            }
        });
        SiteFigures figures =
                figures(federation(crowd, SiteEvaluation.every(5)).build().run(), 5);
        assertThat(figures.scores()).extracting(ParticipantScore::participant).containsExactly("p0", "p4", "p5");
        assertThat(figures.missing())
                .extracting(SiteFigures.Missing::participant)
                .containsExactly("p1", "p2", "p3");
        assertThat(figures.missing().get(0).reason()).isEqualTo("it keeps no samples to evaluate on");
        assertThat(figures.missing().get(1).reason()).contains("no disk");
        assertThat(figures.missing().get(2).reason()).contains("accuracy (2.0)", "loss (NaN)");

        SiteFigures tooFew = figures(
                federation(crowd, SiteEvaluation.every(5).minimumReports(4))
                        .build()
                        .run(),
                5);
        assertThat(tooFew.problem()).contains("(3) of 6 participants measured the model, 4 are needed");
        assertThat(tooFew.accuracy()).isNaN();
    }

    @Test
    void theWindowEndsTheWaiting() {
        AtomicLong clock = new AtomicLong();
        List<FederatedParticipant> crowd = crowd();
        CompletableFuture<Optional<Evaluation>> never = new CompletableFuture<>();
        crowd.set(4, new Watched(site(4, true)) {
            @Override
            public CompletableFuture<Optional<Evaluation>> measure(RoundTask task, Executor executor) {
                clock.set(Duration.ofMinutes(2).toNanos());
                return never;
            }
        });
        FederatedRun run = federation(List.of(), SiteEvaluation.every(5).window(Duration.ofMinutes(1)))
                .population(() -> crowd)
                .ticker(clock::get)
                .build()
                .run();
        SiteFigures figures = figures(run, 5);
        assertThat(figures.reported()).isEqualTo(5);
        assertThat(figures.missing()).containsExactly(new SiteFigures.Missing("p4", "it did not answer within PT1M"));
        assertThat(never).isCancelled();
    }

    @Test
    void ofASecureSumOnlyTheSumIsKnown() {
        List<FederatedParticipant> crowd = crowd();
        SiteFigures plain =
                figures(federation(crowd, SiteEvaluation.every(5)).build().run(), 5);
        FederatedRun run = federation(crowd, SiteEvaluation.every(5))
                .secureAggregation(new SecureAggregation(3, 1e-3))
                .initialParameters(network.initialParameters(3))
                .learningRate(1e-9)
                .build()
                .run();
        FederatedEvaluation each = FederatedScores.of(
                federation(crowd, SiteEvaluation.every(5)).build().population(), run.parameters());
        SiteFigures summed = figures(run, 5);
        assertThat(summed.summed()).isTrue();
        assertThat(summed.scores()).isEmpty();
        assertThat(summed.reported()).isEqualTo(CROWD);
        assertThat(summed.samples()).isEqualTo(plain.samples());
        assertThat(summed.accuracy()).isCloseTo(each.accuracy(), within(1e-9));
        assertThat(summed.loss()).isCloseTo(each.loss(), within(1e-4));
        assertThat(summed.worst()).isBetween(each.worst(0.01) - 0.05, each.worst(0.01) + 1e-9);

        // Fewer than the minimum are never added up.
        crowd.replaceAll(
                one -> one.id().compareTo("p2") < 0 ? one : site(one.id().charAt(1) - '0', false));
        SiteFigures few = figures(
                federation(crowd, SiteEvaluation.every(5))
                        .secureAggregation(SecureAggregation.of(3))
                        .build()
                        .run(),
                5);
        assertThat(few.problem()).contains("(2)");
        assertThat(few.accuracy()).isNaN();
        SiteFigures sample = figures(
                federation(crowd, SiteEvaluation.every(5).participants(2))
                        .secureAggregation(SecureAggregation.of(3))
                        .build()
                        .run(),
                5);
        assertThat(sample.problem()).isEqualTo("(2) participants are there to measure the model, 3 are needed");
    }

    @Test
    void withoutAnEvaluationSetSitesSayWhichRoundWasTheBest() {
        List<FederatedParticipant> crowd = crowd();
        List<float[]> models = new ArrayList<>();
        FederatedRun run = federation(crowd, SiteEvaluation.every(1))
                .learningRate(3)
                .rounds(12)
                .onModel((round, model) -> models.add(model.parameters()))
                .build()
                .run();
        int best = 0;
        for (int i = 1; i < 12; i++) {
            best = figures(run, i + 1).accuracy() > figures(run, best + 1).accuracy() ? i : best;
        }
        assertThat(run.best().parameters()).isEqualTo(models.get(best));
    }

    /** Stops once this many were asked to measure in all. */
    private Progress stopAfter(int measured) {
        return new Progress() {
            @Override
            public void update(String phase, long done, long total) {}

            @Override
            public boolean cancelled() {
                return asked.size() >= measured;
            }
        };
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 6, 7, 9, 12})
    void whoHadAnsweredBeforeACrashIsNotAskedAgain(int stop) {
        FederatedRun whole = federation(crowd(), SiteEvaluation.every(2))
                .journal(folder.resolve("whole"))
                .build()
                .run();
        asked.clear();
        Path journal = folder.resolve("stopped");
        assertThatThrownBy(() -> federation(crowd(), SiteEvaluation.every(2))
                        .journal(journal)
                        .progress(stopAfter(stop))
                        .build()
                        .run())
                .isInstanceOf(OperationCancelledException.class);
        assertThat(asked).hasSize(stop);
        List<RoundResult> told = new ArrayList<>();
        FederatedRun resumed = federation(crowd(), SiteEvaluation.every(2))
                .journal(journal)
                .onRound(told::add)
                .build()
                .run();
        assertThat(asked).as("three measurements of six").hasSize(3 * CROWD);
        assertThat(resumed.rounds()).isEqualTo(whole.rounds());
        assertThat(resumed.parameters()).isEqualTo(whole.parameters());
        // The round whose measurement was under way is told of when it is complete.
        int first = 2 * ((stop - 1) / CROWD + 1);
        assertThat(told.get(0).round())
                .isEqualTo(stop % CROWD == 0 ? told.get(0).round() : Math.min(5, first));
        assertThat(told.get(told.size() - 1)).isEqualTo(whole.rounds().get(4));
    }

    @Test
    void aSumThatACrashInterruptedIsNotTakenAgain() {
        Path journal = folder.resolve("sum");
        assertThatThrownBy(() -> federation(crowd(), SiteEvaluation.every(4))
                        .secureAggregation(SecureAggregation.of(3))
                        .journal(journal)
                        .progress(stopAfter(2))
                        .build()
                        .run())
                .isInstanceOf(OperationCancelledException.class);
        asked.clear();
        FederatedRun resumed = federation(crowd(), SiteEvaluation.every(4))
                .secureAggregation(SecureAggregation.of(3))
                .journal(journal)
                .build()
                .run();
        assertThat(figures(resumed, 4).problem()).contains("two sums of nearly the same sites");
        assertThat(figures(resumed, 5).problem()).isEmpty();
        assertThat(asked).hasSize(CROWD);
    }

    @Test
    void aJournalMayBeContinuedWithAndWithoutMeasuring() {
        Path journal = folder.resolve("later");
        FederatedCoordinator.Builder plain = FederatedCoordinator.builder()
                .model(network)
                .strategy(Strategies.fedAvg())
                .selection(Selection.count(3))
                .rounds(3)
                .ticker(() -> 0)
                .seed(4)
                .journal(journal);
        crowd().forEach(plain::participant);
        plain.build().run();
        FederatedRun measured = federation(crowd(), SiteEvaluation.every(5))
                .journal(journal)
                .build()
                .run();
        assertThat(measured.rounds())
                .extracting(round -> round.sites() != null)
                .containsExactly(false, false, false, false, true);
        FederatedRun again = plain.rounds(7).build().run();
        assertThat(again.rounds().get(4)).isEqualTo(measured.rounds().get(4));
    }

    @Test
    void whatDoesNotGoTogetherIsRefusedWithTheReason() {
        assertThatThrownBy(() -> federation(crowd(), SiteEvaluation.every(1))
                        .privacy(Privacy.epsilon(4, 1e-3))
                        .selection(Selection.all())
                        .build())
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("siteEvaluation(..) would release what participants' own data say")
                .hasMessageContaining("maybe use evaluation(..)");
        assertThatThrownBy(() -> federation(crowd(), SiteEvaluation.every(1).minimumReports(7))
                        .build())
                .hasMessageContaining("siteEvaluation(..) needs (7) scores of (6) participants");
        assertThatThrownBy(() -> federation(List.of(), SiteEvaluation.every(1))
                        .population(SecureSite.population(List.of()))
                        .build())
                .hasMessageContaining("cannot be asked to measure models");
        FederatedCoordinator.Builder without = FederatedCoordinator.builder()
                .model(network)
                .siteEvaluation(SiteEvaluation.every(1))
                .asynchronous(Buffering.of(2, 2));
        crowd().forEach(without::participant);
        assertThatThrownBy(without::build).hasMessageContaining("asynchronous(..) has no rounds after which");
        assertThatThrownBy(() -> SiteEvaluation.every(0)).hasMessageContaining("every (0) rounds");
        assertThatThrownBy(() -> SiteEvaluation.every(1).minimumReports(3).participants(2))
                .hasMessageContaining("participants (2) are fewer than minimumReports (3). Maybe");
        assertThatThrownBy(() -> SiteEvaluation.every(1).window(Duration.ZERO)).hasMessageContaining("(PT0S)");
    }
}
