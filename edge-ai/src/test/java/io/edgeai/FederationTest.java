package io.edgeai;

import static io.edgeai.Patience.patiently;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.core.error.QuorumNotReachedException;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.WorkloadType;
import io.edgeai.core.serving.ModelEndpoint;
import io.edgeai.federated.FederatedParticipant;
import io.edgeai.federated.RoundPhase;
import io.edgeai.federated.RoundRules;
import io.edgeai.federated.SiteEvaluation;
import io.edgeai.federated.data.FederatedDataset;
import io.edgeai.federated.data.LabelledSet;
import io.edgeai.federated.data.ParticipantData;
import io.edgeai.federated.data.Partitioner;
import io.edgeai.federated.privacy.Privacy;
import io.edgeai.federated.selection.Selection;
import io.edgeai.federated.strategy.Strategies;
import io.edgeai.federated.training.DenseNetwork;
import io.edgeai.federated.transport.grpc.GrpcCoordinator;
import io.edgeai.federated.transport.grpc.GrpcParticipant;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The task: the class of a point is the one of two coordinates that is larger. */
class FederationTest {
    @TempDir
    Path dir;

    private final LabelledSet train = points(400, 1);
    private final LabelledSet test = points(100, 2);
    private EdgeAI edge;

    private static LabelledSet points(int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] values = new float[2 * count];
        int[] labels = new int[count];
        for (int i = 0; i < count; i++) {
            values[2 * i] = (float) random.nextGaussian();
            values[2 * i + 1] = (float) random.nextGaussian();
            labels[i] = values[2 * i] >= values[2 * i + 1] ? 0 : 1;
        }
        return LabelledSet.of(values, 2, labels, 2);
    }

    @BeforeEach
    void open() {
        edge = EdgeAI.builder().home(dir).build();
    }

    @AfterEach
    void close() {
        edge.close();
    }

    private Federation federation(int rounds) {
        return edge.federate("larger")
                .plan(p -> p.model(DenseNetwork.softmax(2, 2))
                        .data(FederatedDataset.partition(train, Partitioner.iid(), 8, 1))
                        .selection(Selection.count(4))
                        .seed(3))
                .strategy(Strategies.fedProxAdaptive())
                .rounds(rounds);
    }

    @Test
    void aPrivateVersionSaysWhatItCost() {
        Federated result = edge.federate("larger")
                .plan(p -> p.model(DenseNetwork.softmax(2, 2))
                        .data(FederatedDataset.partition(train, Partitioner.iid(), 8, 1))
                        .rounds(3))
                .privacy(Privacy.epsilon(2, 1e-2).sampling(0.75).noiseBy(Privacy.Noise.CENTRAL))
                .run();

        assertThat(Double.parseDouble(result.version().tags().get("epsilon")))
                .isEqualTo(result.run().rounds().get(2).epsilon())
                .isBetween(1.9, 2.0);
    }

    @Test
    void sumsAreSecureWhereAsked() {
        Federated result = edge.federate("larger")
                .plan(p -> p.model(DenseNetwork.softmax(2, 2))
                        .data(FederatedDataset.partition(train, Partitioner.iid(), 8, 1))
                        .selection(Selection.count(5))
                        .learningRate(0.3)
                        .evaluation(test, 5)
                        .rounds(5))
                .secureAggregation()
                .run();

        assertThat(result.run().accuracy()).isGreaterThan(0.9);
        assertThat(result.version().tags()).doesNotContainKey("epsilon");
    }

    @Test
    void whatWasLearnedIsAVersionThatKnowsTheTask() {
        Federated result = federation(10)
                .plan(p -> p.evaluation(test, 10).learningRate(0.3))
                .run();
        ModelVersion version = result.version();

        assertThat(version.ref().toString()).isEqualTo("larger@1");
        assertThat(version.workload()).isEqualTo(WorkloadType.FEDERATED_LEARNING);
        assertThat(version.parent()).isEmpty();
        assertThat(version.tags()).containsEntry("rounds", "10");
        assertThat(Double.parseDouble(version.tags().get("accuracy")))
                .isEqualTo(result.run().accuracy())
                .isGreaterThan(0.9);
        assertThat(result.run().rounds()).hasSize(10);
        try (ModelEndpoint endpoint = edge.serve("larger", s -> s.split(version, 1))) {
            float[] first = endpoint.predict(new float[] {2, -1});
            float[] second = endpoint.predict(new float[] {-1, 2});
            assertThat(first[0]).isGreaterThan(first[1]);
            assertThat(second[0]).isLessThan(second[1]);
        }
    }

    @Test
    void withoutEvaluationThereIsNoAccuracyTag() {
        assertThat(federation(1).run().version().tags()).containsOnlyKeys("rounds");
    }

    @Test
    void theOriginIsTheParentAndGivesTheWorkloadType() {
        ModelVersion origin = edge.registry()
                .register("larger", Fixtures.times(1), r -> r.workload(WorkloadType.REAL_TIME_ANALYTICS));
        ModelVersion learned = federation(1).derivedFrom(origin).run().version();
        assertThat(learned.workload()).isEqualTo(WorkloadType.REAL_TIME_ANALYTICS);
        assertThat(learned.derivation()).isEqualTo("federated");
        assertThat(edge.registry().lineage(learned.ref())).containsExactly(origin, learned);
    }

    @Test
    void anExportOfOnesOwnIsWhatIsRegistered() {
        ModelVersion version = federation(1)
                .export(run -> run.toOnnx("mine").docString("standardized"))
                .run()
                .version();
        assertThat(edge.graph(version).docString()).isEqualTo("standardized");
        assertThat(edge.graph(version).name()).isEqualTo("mine");
    }

    @Test
    void theSameSeedLearnsTheSameBytes() {
        assertThat(federation(3).run().version().digest())
                .isEqualTo(federation(3).run().version().digest());
    }

    @Test
    void cancellingByProgressRegistersNothing() {
        Progress cancelling = new Progress() {
            private boolean begun;

            @Override
            public void update(String phase, long done, long total) {
                begun = true;
            }

            @Override
            public boolean cancelled() {
                return begun;
            }
        };
        assertThatThrownBy(
                        () -> federation(50).plan(p -> p.progress(cancelling)).run())
                .isInstanceOf(OperationCancelledException.class);
        assertThat(edge.registry().models()).isEmpty();
    }

    @Test
    void startGivesTheSameLater() throws Exception {
        Federated now = federation(2).run();
        Federated later = federation(2).start().get(2, TimeUnit.MINUTES);
        assertThat(later.version().number()).isEqualTo(2);
        assertThat(later.run().parameters()).isEqualTo(now.run().parameters());
    }

    /** Regression: cancelling the future used to let the rounds go on and register their result. */
    @Test
    void cancellingTheFutureStopsTheRoundsAndRegistersNothing() throws Exception {
        CountDownLatch working = new CountDownLatch(1);
        CountDownLatch cancelled = new CountDownLatch(1);
        CompletableFuture<Federated> later = federation(1000)
                .plan(p -> p.onRound(round -> {
                    working.countDown();
                    try {
                        cancelled.await();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                }))
                .start();
        assertThat(working.await(2, TimeUnit.MINUTES)).isTrue();
        later.cancel(true);
        cancelled.countDown();

        assertThatThrownBy(later::join).isInstanceOf(CancellationException.class);
        patiently().until(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().startsWith("edgeai-federated-")));
        assertThat(edge.registry().models()).isEmpty();
    }

    @Test
    void anIncompletePlanFailsAtOnceAndAFailedRoundByTheFuture() {
        assertThatThrownBy(() -> edge.federate("larger").start()).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> edge.federate("larger").run()).isInstanceOf(InvalidInputException.class);
        CompletableFuture<Federated> later = edge.federate("larger")
                .plan(p -> p.model(DenseNetwork.softmax(2, 2))
                        .participant(FederatedParticipant.of("broken", 1, task -> {
                            throw new IllegalStateException("no data");
                        }))
                        .selection(Selection.all())
                        .rounds(1))
                .start();
        assertThatThrownBy(() -> later.get(2, TimeUnit.MINUTES))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(QuorumNotReachedException.class);
        assertThat(edge.registry().models()).isEmpty();
    }

    @Test
    void aBadModelNameIsToldByTheRegistry() {
        assertThatThrownBy(() -> edge.federate("no/slash")
                        .plan(p -> p.model(DenseNetwork.softmax(2, 2))
                                .data(FederatedDataset.partition(train, Partitioner.iid(), 2, 1))
                                .selection(Selection.all())
                                .rounds(1))
                        .run())
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("no/slash");
    }

    @Test
    void roundsBecomeVersionsThatKnowTheirParents() {
        Federated result = federation(6)
                .plan(p -> p.evaluation(test, 1).learningRate(0.3))
                .registerEvery(2)
                .run();
        List<ModelVersion> versions = edge.registry().versions("larger").stream()
                .sorted(Comparator.comparing(version -> version.ref().toString()))
                .toList();
        assertThat(versions)
                .extracting(version -> version.ref().toString())
                .containsExactly("larger@1", "larger@2", "larger@3", "larger@4");
        assertThat(versions).extracting(version -> version.tags().get("rounds")).containsExactly("2", "4", "6", "6");
        assertThat(versions.get(0).parent()).isEmpty();
        for (int i = 1; i < 4; i++) {
            assertThat(versions.get(i).parent()).contains(versions.get(i - 1).ref());
        }
        for (int i = 0; i < 3; i++) {
            assertThat(versions.get(i).tags())
                    .containsEntry(
                            "accuracy",
                            Double.toString(result.run().rounds().get(2 * i + 1).accuracy()));
        }
        assertThatThrownBy(() -> federation(1).registerEvery(0)).isInstanceOf(InvalidInputException.class);
    }

    /** Regression: a run that went on from its journal began a lineage of its own, and a round was registered by nobody. */
    @Test
    void aRunThatGoesOnKeepsItsLineage() {
        Path journal = dir.resolve("run.journal");
        // The first process ends in the fourth round, the second in the seventh.
        assertThatThrownBy(() -> federation(9)
                        .plan(p -> p.journal(journal).onPhase((round, phase) -> dieAt(round == 4)))
                        .registerEvery(3)
                        .run())
                .hasMessage("killed");
        assertThatThrownBy(() -> federation(9)
                        .plan(p -> p.journal(journal)
                                .onPhase((round, phase) -> dieAt(round == 7 && phase == RoundPhase.SELECTING)))
                        .registerEvery(3)
                        .run())
                .hasMessage("killed");
        assertThat(rounds()).containsExactly("3", "6");
        federation(9)
                .plan(p -> p.journal(journal).onPhase((round, phase) -> {}))
                .registerEvery(3)
                .run();
        List<ModelVersion> versions = versions();
        assertThat(rounds()).containsExactly("3", "6", "9", "9");
        for (int i = 1; i < 4; i++) {
            assertThat(versions.get(i).parent()).contains(versions.get(i - 1).ref());
        }
        // Another run of the same plan begins anew.
        federation(3)
                .plan(p -> p.journal(dir.resolve("other.journal")))
                .registerEvery(3)
                .run();
        assertThat(versions().get(4).parent()).isEmpty();
    }

    @Test
    void aRoundThatWasCommittedAndNotRegisteredIsRegisteredLater() {
        Path journal = dir.resolve("run.journal");
        assertThatThrownBy(() -> federation(5)
                        .plan(p -> p.journal(journal).onPhase((round, phase) -> dieAt(round == 5)))
                        .run())
                .hasMessage("killed");
        assertThat(versions()).isEmpty();
        // The same journal, now with versions of every second round: the fourth is there already, and is caught up on.
        federation(5)
                .plan(p -> p.journal(journal).onPhase((round, phase) -> {}))
                .registerEvery(2)
                .run();
        assertThat(rounds()).containsExactly("4", "5");
        assertThat(versions().get(1).parent()).contains(versions().get(0).ref());
    }

    private static void dieAt(boolean now) {
        if (now) {
            throw new IllegalStateException("killed");
        }
    }

    private List<ModelVersion> versions() {
        return edge.registry().versions("larger").stream()
                .sorted(Comparator.comparingInt(ModelVersion::number))
                .toList();
    }

    private List<String> rounds() {
        return versions().stream().map(version -> version.tags().get("rounds")).toList();
    }

    /** Regression: rounds in between were registered without the standardization that the export adds. */
    @Test
    void anExportDoesNotGoWithRoundsItDoesNotMake() {
        assertThatThrownBy(() -> federation(2)
                        .export(run -> run.toOnnx("mine"))
                        .registerEvery(1)
                        .run())
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(registerEvery)");
        assertThatThrownBy(() -> federation(2)
                        .export(run -> run.toOnnx("mine"))
                        .keepBest()
                        .start())
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(keepBest)");
        assertThat(edge.registry().versions("larger")).isEmpty();
    }

    @Test
    void withoutAnEvaluationTheLastRoundIsKept() {
        Federated result = federation(3).keepBest().run();
        assertThat(result.version().tags()).containsEntry("rounds", "3").doesNotContainKey("accuracy");
    }

    /** Sites measure on half of what they hold, and nobody else does. */
    @Test
    void versionsSayHowGoodTheyAreAtTheSites() {
        List<ParticipantData> parts = FederatedDataset.partition(train, Partitioner.iid(), 4, 1).participants().stream()
                .map(part -> ParticipantData.split(part.id(), part.train(), 0.5, 1))
                .toList();
        Federated result = edge.federate("larger")
                .plan(p -> p.model(DenseNetwork.softmax(2, 2))
                        .data(new FederatedDataset(parts))
                        .selection(Selection.all())
                        .learningRate(0.9)
                        .localEpochs(3)
                        .siteEvaluation(SiteEvaluation.every(1))
                        .rounds(6))
                .keepBest()
                .registerEvery(2)
                .run();
        LabelledSet kept =
                LabelledSet.union(parts.stream().map(ParticipantData::test).toList());
        double best = result.run().rounds().stream()
                .mapToDouble(round -> round.sites().accuracy())
                .max()
                .orElseThrow();
        assertThat(result.version().tags())
                .containsEntry("siteAccuracy", Double.toString(best))
                .doesNotContainKey("accuracy");
        assertThat(result.run().best().evaluate(kept).accuracy())
                .isCloseTo(best, org.assertj.core.api.Assertions.within(1e-12));
        assertThat(edge.registry().versions("larger"))
                .allMatch(version -> version.tags().containsKey("siteAccuracy"));
    }

    /** The rate grows so large that accuracy falls at the end; the round before is what is kept. */
    @Test
    void theBestRoundIsKeptWhereAsked() {
        Federated result = federation(12)
                .plan(p -> p.evaluation(test, 1).learningRate(0.9).localEpochs(3))
                .keepBest()
                .run();
        double best = result.run().rounds().stream()
                .mapToDouble(round -> round.accuracy())
                .max()
                .orElseThrow();
        assertThat(result.version().tags()).containsEntry("accuracy", Double.toString(best));
        int round = Integer.parseInt(result.version().tags().get("rounds"));
        assertThat(result.run().rounds().get(round - 1).accuracy()).isEqualTo(best);
        assertThat(result.run().best().evaluate(test).accuracy()).isEqualTo(best);
    }

    @Test
    void participantsInOtherPlacesComeThroughADoor() {
        List<ParticipantData> parts =
                FederatedDataset.partition(train, Partitioner.iid(), 3, 1).participants();
        DenseNetwork network = DenseNetwork.softmax(2, 2);
        try (GrpcCoordinator door = GrpcCoordinator.builder().start()) {
            List<GrpcParticipant> sites = new ArrayList<>();
            for (ParticipantData part : parts) { // one after the other, so that each has the number of every run
                sites.add(GrpcParticipant.builder()
                        .port(door.port())
                        .participant(FederatedParticipant.training(network, part))
                        .start());
                patiently().until(() -> door.connected() == sites.size());
            }
            Federated result = edge.federate("larger")
                    .plan(p -> p.model(network)
                            .selection(Selection.all())
                            .rules(RoundRules.defaults().minimumReports(3).selectionWindow(Patience.LONGEST))
                            .evaluation(test, 5)
                            .learningRate(0.3)
                            .rounds(5))
                    .remote(door)
                    .run();
            assertThat(result.run().accuracy()).isGreaterThan(0.9);
            assertThat(result.run().rounds()).allMatch(round -> round.reported() == 3);
            sites.forEach(GrpcParticipant::await);
        }
    }
}
