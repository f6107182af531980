package io.edgeai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.event.ActionAdvised;
import io.edgeai.core.event.AdviceFollowed;
import io.edgeai.core.model.AdvisedAction;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.ReactionOutcome;
import io.edgeai.core.model.SignalKind;
import io.edgeai.core.model.Stage;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.registry.AuditAction;
import io.edgeai.core.registry.AuditEntry;
import io.edgeai.core.runtime.Engines;
import io.edgeai.core.serving.ModelEndpoint;
import io.edgeai.monitor.health.Health;
import io.edgeai.placement.PlacementEngine;
import io.edgeai.placement.PlacementPlan;
import io.edgeai.placement.Rebalance;
import io.edgeai.placement.RebalanceLimits;
import io.edgeai.placement.autoscale.ScalingDecision;
import io.edgeai.placement.autoscale.ScalingTarget;
import io.edgeai.placement.model.Site;
import io.edgeai.placement.model.Variant;
import io.edgeai.placement.model.Workload;
import io.edgeai.placement.strategy.PlacementStrategies;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Advice that is acted on, by a fake clock; by hand, and from a version that grows slow to one that is well. */
class ReactionsTest {
    @TempDir
    Path dir;

    private final FakeTime time = new FakeTime();
    private final Random random = new Random(2);
    private final Map<Integer, Double> medianMillis = new ConcurrentHashMap<>();
    private final Slowed engine = new Slowed(time, answer -> nanos(Math.round(answer[0] / answer[1])));
    private final List<ActionAdvised> advised = new ArrayList<>();
    private final List<AdviceFollowed> followed = new ArrayList<>();
    private EdgeAI edge;

    private long nanos(int version) {
        return (long) (1e6 * medianMillis.getOrDefault(version, 1.0) * Math.exp(0.2 * random.nextGaussian()));
    }

    private EdgeAI open(Consumer<Reactions> reactions) {
        edge = EdgeAI.builder()
                .home(dir)
                .clock(time)
                .ticker(time)
                .engines(Engines.of(engine))
                .serving(s -> s.noDeadline())
                .monitoring(m -> m.manualTicks().signals(EnumSet.of(SignalKind.LATENCY, SignalKind.ERRORS)))
                .reactions(r -> r.executor(Runnable::run))
                .reactions(reactions)
                .build();
        edge.events().subscribe(ActionAdvised.class, advised::add);
        edge.events().subscribe(AdviceFollowed.class, followed::add);
        return edge;
    }

    @AfterEach
    void close() {
        edge.close();
    }

    /** A model whose answer tells its number: y0 = n·x0, y1 = x1, asked with x1 = x0. */
    private ModelVersion version(int n) {
        var graph = io.edgeai.core.onnx.OnnxReader.read(Fixtures.times(1));
        graph.initializers().put("f", io.edgeai.core.onnx.OnnxTensor.ofFloats(new float[] {n, 1}, 2));
        return edge.registry().register("m", io.edgeai.core.onnx.OnnxWriter.toBytes(graph), registration -> {});
    }

    private void windows(ModelEndpoint endpoint, int count) {
        for (int w = 0; w < count; w++) {
            Duration before = Duration.ofNanos(time.nanos());
            for (int i = 0; i < 60; i++) {
                endpoint.predict(new float[] {2, 2});
            }
            time.advance(
                    Duration.ofSeconds(10).minus(Duration.ofNanos(time.nanos()).minus(before)));
            edge.monitor().tick();
        }
    }

    private ActionAdvised advise(VersionRef version, AdvisedAction action) {
        ActionAdvised advice = new ActionAdvised(version, action, "a gain", "some figures.", time.instant());
        edge.events().publish(advice);
        return advice;
    }

    private List<ReactionOutcome> outcomes() {
        return followed.stream().map(AdviceFollowed::outcome).toList();
    }

    private List<String> notes() {
        return edge.registry().audit("m").stream()
                .filter(entry -> entry.action() == AuditAction.NOTED)
                .map(AuditEntry::detail)
                .toList();
    }

    /** Two versions of which the second answers. */
    private ModelVersion secondAnswers() {
        ModelVersion one = version(1);
        ModelVersion two = version(2);
        edge.registry().promote(one.ref(), "first");
        edge.registry().promote(two.ref(), "second");
        return two;
    }

    private ModelEndpoint slowSecond(Consumer<Serving> serving) {
        ModelVersion one = version(1);
        edge.registry().promote(one.ref(), "first");
        ModelEndpoint endpoint = edge.serve("m", serving);
        windows(endpoint, 100);
        edge.registry().promote(version(2).ref(), "second");
        windows(endpoint, 100);
        medianMillis.put(2, 6.0);
        windows(endpoint, 60);
        return endpoint;
    }

    /** The way from a slow version over its advice to the one before, which is well. */
    @Test
    void aVersionThatGrowsSlowIsRolledBackOnAdviceAndHealthReturns() {
        open(Reactions::rollBack);
        ModelEndpoint endpoint = slowSecond(s -> {});
        VersionRef one = VersionRef.of("m", 1);
        VersionRef two = VersionRef.of("m", 2);
        assertThat(advised).extracting(ActionAdvised::action).containsExactly(AdvisedAction.ROLL_BACK);
        assertThat(followed).singleElement().satisfies(each -> {
            assertThat(each.outcome()).isEqualTo(ReactionOutcome.DONE);
            assertThat(each.detail()).isEqualTo("rolled back to m@1");
            assertThat(each.advice().version()).isEqualTo(two);
        });
        assertThat(edge.registry().active("m").ref()).isEqualTo(one);
        assertThat(edge.registry().get(two).stage()).isEqualTo(Stage.ROLLED_BACK);
        assertThat(endpoint.predict(new float[] {3, 3})).containsExactly(3, 3);
        assertThat(edge.registry().audit("m")).anySatisfy(entry -> {
            assertThat(entry.action()).isEqualTo(AuditAction.ROLLED_BACK);
            assertThat(entry.detail()).contains("advised: p99 from ").contains("Middle of ");
        });
        assertThat(notes())
                .singleElement()
                .asString()
                .startsWith("reaction ROLL_BACK DONE: rolled back to m@1. Expected: p99 from ")
                .contains("Evidence: Middle of ");

        windows(endpoint, 30);
        Health health = edge.monitor().health(one);
        assertThat(health.score().orElse(0)).as(health.toString()).isEqualTo(100);
        assertThat(followed).as("it stands, and is not told again").hasSize(1);
    }

    /** The endpoint goes back at the alert; advice that comes later finds nothing to do, and goes no further back. */
    @Test
    void whatRollbackOnHasDoneIsNotDoneTwice() {
        open(Reactions::rollBack);
        slowSecond(s -> s.rollbackOn(SignalKind.LATENCY));
        VersionRef two = VersionRef.of("m", 2);
        assertThat(edge.registry().active("m").ref()).isEqualTo(VersionRef.of("m", 1));
        advise(two, AdvisedAction.ROLL_BACK);
        assertThat(outcomes()).isNotEmpty().containsOnly(ReactionOutcome.NOTHING);
        assertThat(edge.registry().active("m").ref()).isEqualTo(VersionRef.of("m", 1));
        assertThat(edge.registry().audit("m"))
                .filteredOn(entry -> entry.action() == AuditAction.ROLLED_BACK)
                .hasSize(1);
        assertThatThrownBy(() -> edge.registry().lifecycle().rollback(two, "late"))
                .isInstanceOf(LifecycleException.class)
                .hasMessageContaining("m@2")
                .hasMessageContaining("m@1 does");
    }

    /** What keeps the machine busy slows both; advice then is no reason to go back. */
    @Test
    void aVersionThatIsSlowWithItsNeighboursStays() {
        open(Reactions::rollBack);
        ModelVersion two = secondAnswers();
        ModelEndpoint split =
                edge.serve("m", s -> s.split(VersionRef.of("m", 1), 1).split(two.ref(), 1));
        windows(split, 150);
        medianMillis.putAll(Map.of(1, 6.0, 2, 6.0));
        windows(split, 20);
        assertThat(edge.monitor().slowAsOthers(two.ref())).isTrue();
        advise(two.ref(), AdvisedAction.ROLL_BACK);
        assertThat(outcomes()).containsExactly(ReactionOutcome.NOTHING);
        assertThat(edge.registry().active("m").ref()).isEqualTo(two.ref());
    }

    @Test
    void aCanaryIsTakenBack() {
        open(Reactions::rollBack);
        ModelVersion one = version(1);
        ModelVersion two = version(2);
        edge.registry().promote(one.ref(), "first");
        edge.registry().lifecycle().validate(two.ref());
        edge.registry().lifecycle().canary(two.ref(), 5, "try");
        advise(two.ref(), AdvisedAction.ROLL_BACK);
        assertThat(followed).extracting(AdviceFollowed::detail).containsExactly("took the canary m@2 back");
        assertThat(edge.registry().active("m").ref()).isEqualTo(one.ref());
    }

    @Test
    void byDefaultNothingIsActedOnAndNoNoteIsLeft() {
        open(r -> {});
        ModelVersion two = secondAnswers();
        for (AdvisedAction action : AdvisedAction.values()) {
            advise(two.ref(), action);
        }
        assertThat(followed).isEmpty();
        assertThat(notes()).isEmpty();
        assertThat(edge.registry().active("m").ref()).isEqualTo(two.ref());
    }

    @Test
    void aDryRunSaysWhatItWouldDo() {
        open(r -> r.rollBack().dryRun());
        ModelVersion two = secondAnswers();
        advise(two.ref(), AdvisedAction.ROLL_BACK);
        assertThat(outcomes()).containsExactly(ReactionOutcome.WOULD);
        assertThat(edge.registry().active("m").ref()).isEqualTo(two.ref());
        assertThat(notes())
                .containsExactly("reaction ROLL_BACK WOULD: a dry run. Expected: a gain. Evidence: some figures.");
    }

    @Test
    void timeAndNumberOfReactionsAreBoundedAlsoOverARestart() {
        AtomicInteger trainings = new AtomicInteger();
        Consumer<Reactions> retrain = r -> r.perDay(2)
                .coolDown(Duration.ofHours(2))
                .retrain((instance, advice) -> Optional.of("training " + trainings.incrementAndGet()));
        open(retrain);
        VersionRef two = secondAnswers().ref();
        advise(two, AdvisedAction.RETRAIN);
        time.advance(Duration.ofMinutes(119));
        advise(two, AdvisedAction.RETRAIN);
        assertThat(outcomes()).containsExactly(ReactionOutcome.DONE, ReactionOutcome.HELD);
        edge.close();

        open(retrain);
        advise(two, AdvisedAction.RETRAIN);
        time.advance(Duration.ofMinutes(1));
        advise(two, AdvisedAction.RETRAIN);
        time.advance(Duration.ofHours(10));
        advise(two, AdvisedAction.RETRAIN);
        time.advance(Duration.ofHours(12));
        advise(two, AdvisedAction.RETRAIN);
        assertThat(outcomes())
                .as("too soon, again, two in a day, and the first is a day old")
                .containsExactly(
                        ReactionOutcome.DONE,
                        ReactionOutcome.HELD,
                        ReactionOutcome.HELD,
                        ReactionOutcome.DONE,
                        ReactionOutcome.HELD,
                        ReactionOutcome.DONE);
        assertThat(trainings).hasValue(3);
        assertThat(notes()).hasSize(6);
    }

    @Test
    void whatFailsIsToldAndNotTriedAgainAndAgain() {
        AtomicInteger tries = new AtomicInteger();
        open(r -> r.on(AdvisedAction.QUANTIZE, (instance, advice) -> {
                    tries.incrementAndGet();
                    throw new IllegalStateException("no room on the disk");
                })
                .rollBack());
        VersionRef two = secondAnswers().ref();
        advise(two, AdvisedAction.QUANTIZE);
        advise(two, AdvisedAction.QUANTIZE);
        advise(two, AdvisedAction.ROLL_BACK);
        assertThat(outcomes())
                .as("another action goes on")
                .containsExactly(ReactionOutcome.FAILED, ReactionOutcome.HELD, ReactionOutcome.DONE);
        assertThat(tries).hasValue(1);
        assertThat(followed.get(0).detail()).isEqualTo("no room on the disk");
        assertThat(notes()).anyMatch(note -> note.startsWith("reaction QUANTIZE FAILED: no room on the disk"));
    }

    /** A plan that was made for its price, in an instance that asks for short latencies. */
    @Test
    void movesThatMakeThePlanBetterAreHandedOn() {
        AtomicReference<PlacementPlan> running = new AtomicReference<>();
        List<Rebalance> handed = new ArrayList<>();
        open(r -> r.move(running::get, RebalanceLimits.moves(1), handed::add).coolDown(Duration.ZERO));
        ModelVersion two = secondAnswers();
        Site cheap = Site.builder("cheap")
                .cpuCores(4)
                .memoryBytes(1_000_000_000)
                .gigaMacsPerSecondPerCore(1)
                .pricePerCoreHour(0.001)
                .build();
        Site fast = Site.builder("fast")
                .cpuCores(4)
                .memoryBytes(1_000_000_000)
                .gigaMacsPerSecondPerCore(50)
                .pricePerCoreHour(10)
                .build();
        PlacementEngine saving = PlacementEngine.builder()
                .strategy(PlacementStrategies.costEfficient())
                .build();
        Workload workload = Workload.of(
                        "m",
                        Variant.builder("m@2").memoryBytes(1_000_000).macs(5e8).build())
                .p99(Duration.ofSeconds(5));
        running.set(saving.place(workload).across(List.of(cheap, fast)));

        advise(two.ref(), AdvisedAction.MOVE);
        assertThat(handed).singleElement().satisfies(found -> {
            assertThat(found.gain()).isPositive();
            assertThat(found.moves())
                    .singleElement()
                    .satisfies(move -> assertThat(move.to().site().id()).isEqualTo("fast"));
        });
        running.set(handed.get(0).after());
        advise(two.ref(), AdvisedAction.MOVE);
        assertThat(outcomes())
                .as("no move makes the plan after it better")
                .containsExactly(ReactionOutcome.DONE, ReactionOutcome.NOTHING);
    }

    @Test
    void aReplicaIsAddedUpToTheMost() {
        List<ScalingDecision> asked = new ArrayList<>();
        ScalingTarget target = new ScalingTarget() {
            @Override
            public Replicas replicas() {
                return new Replicas(
                        asked.isEmpty() ? 1 : asked.get(asked.size() - 1).replicas(), 0);
            }

            @Override
            public void apply(ScalingDecision decision) {
                asked.add(decision);
            }
        };
        open(r -> r.scaleOut("m", target, 3).coolDown(Duration.ZERO).perDay(10));
        VersionRef two = secondAnswers().ref();
        for (int i = 0; i < 3; i++) {
            advise(two, AdvisedAction.SCALE_OUT);
        }
        advise(VersionRef.of("other", 1), AdvisedAction.SCALE_OUT);
        assertThat(asked).extracting(ScalingDecision::replicas).containsExactly(2, 3);
        assertThat(outcomes())
                .containsExactly(
                        ReactionOutcome.DONE, ReactionOutcome.DONE, ReactionOutcome.NOTHING, ReactionOutcome.NOTHING);
        assertThatThrownBy(() -> new Reactions().scaleOut("m", target, 1))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(1)");
    }
}
