package io.edgeai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.RuntimeUnavailableException;
import io.edgeai.core.error.StorageException;
import io.edgeai.core.event.EventBus;
import io.edgeai.core.event.StageChanged;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.runtime.Engines;
import io.edgeai.placement.PlacementPlan;
import io.edgeai.placement.Rebalance;
import io.edgeai.placement.RebalanceLimits;
import io.edgeai.placement.WhatIf;
import io.edgeai.placement.model.Site;
import io.edgeai.placement.strategy.PlacementStrategies;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EdgeAiBuilderTest {
    @TempDir
    Path dir;

    @Test
    void homeIsMadeWhereItIsMissing() {
        Path home = dir.resolve("a").resolve("b");
        try (EdgeAI edge = EdgeAI.builder().home(home).build()) {
            assertThat(home).isDirectory();
            assertThat(edge.registry().home()).isEqualTo(home.toAbsolutePath());
            assertThat(edge.registry().models()).isEmpty();
            assertThat(edge.monitor().versions()).isEmpty();
        }
        assertThat(home.resolve("registry.db")).exists();
    }

    @Test
    void aHomeThatIsAFileIsAStorageError() throws IOException {
        Path file = Files.writeString(dir.resolve("file"), "not a folder");
        assertThatThrownBy(() -> EdgeAI.builder().home(file).build())
                .isInstanceOf(StorageException.class)
                .hasMessageContaining(file.toString());
        assertThat(file).hasContent("not a folder");
    }

    @Test
    void settingsOfPlacementAreAppliedOnceAndWhatIsWrongInThemIsSaidBeforeAHomeIsMade() {
        List<String> applied = new ArrayList<>();
        try (EdgeAI edge = EdgeAI.builder()
                .home(dir.resolve("right"))
                .placement(p -> applied.add("settings"))
                .build()) {
            assertThat(applied).containsExactly("settings");
            assertThat(edge.placement()).isSameAs(edge.placement());
            assertThat(applied).containsExactly("settings");
        }
        InvalidInputException wrong = new InvalidInputException("Wrong (1). Maybe 2.");
        EdgeAI.Builder builder = EdgeAI.builder().home(dir.resolve("wrong")).placement(p -> {
            throw wrong;
        });
        assertThatThrownBy(builder::build).isSameAs(wrong);
        assertThat(dir.resolve("wrong")).doesNotExist();
    }

    @Test
    void placementIsLatencyAwareUnlessSaidOtherwise() {
        try (EdgeAI edge = EdgeAI.builder().home(dir).build()) {
            ModelVersion version = Fixtures.times(edge, "m", 1);
            assertThat(edge.place(edge.workload(version))
                            .across(List.of(site()))
                            .strategy())
                    .isEqualTo("latency-aware");
        }
        try (EdgeAI edge = EdgeAI.builder()
                .home(dir)
                .placement(p -> p.strategy(PlacementStrategies.costEfficient()))
                .build()) {
            ModelVersion version = edge.registry().get("m@1");
            assertThat(edge.place(edge.workload(version))
                            .across(List.of(site()))
                            .strategy())
                    .isEqualTo("cost-efficient");
        }
    }

    @Test
    void aPlanIsAskedWhatIfAndRebalancedByTheSameEngine() {
        try (EdgeAI edge = EdgeAI.builder()
                .home(dir)
                .placement(p -> p.strategy(PlacementStrategies.costEfficient()))
                .build()) {
            Site cheaper = Site.builder("there")
                    .cpuCores(2)
                    .memoryBytes(1L << 30)
                    .pricePerCoreHour(0.01)
                    .build();
            Site here = site().toBuilder().pricePerCoreHour(0.05).build();
            PlacementPlan plan =
                    edge.place(edge.workload(Fixtures.times(edge, "m", 1))).across(List.of(here));
            WhatIf.Answer answer = edge.whatIf(plan).with(cheaper).answer();
            assertThat(answer.moneyPerHourDelta()).isCloseTo(0.01 - 0.05, within(1e-12));
            Rebalance change = edge.placement()
                    .rebalance(plan.assignments(), answer.after().problem(), RebalanceLimits.moves(1));
            assertThat(change.moves())
                    .singleElement()
                    .extracting(move -> move.to().site().id())
                    .isEqualTo("there");
            assertThat(edge.rebalance(plan, RebalanceLimits.moves(1)).moves()).isEmpty();
        }
    }

    private static Site site() {
        return Site.builder("here").cpuCores(2).memoryBytes(1L << 30).build();
    }

    @Test
    void noEnginesAreRefusedAtTheSetter() {
        assertThatThrownBy(() -> EdgeAI.builder().engines(Engines.of()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("Maybe leave engines");
    }

    @Test
    void badSettingsOfPartsFailBeforeAnythingIsOpened() {
        Path home = dir.resolve("never");
        assertThatThrownBy(() -> EdgeAI.builder()
                        .home(home)
                        .monitoring(m -> m.window(Duration.ofMillis(1)))
                        .build())
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("Window (PT0.001S)");
        assertThatThrownBy(() -> EdgeAI.builder()
                        .home(home)
                        .monitoring(m -> m.signals(Set.of()))
                        .build())
                .isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> EdgeAI.builder()
                        .home(home)
                        .placement(p -> p.iterations(-1))
                        .build())
                .isInstanceOf(InvalidInputException.class);
        assertThat(home).doesNotExist();
    }

    @Test
    void clocksReachTheParts() {
        FakeTime time = new FakeTime();
        try (EdgeAI edge = EdgeAI.builder().home(dir).clock(time).ticker(time).build()) {
            assertThat(Fixtures.times(edge, "m", 1).registeredAt()).isEqualTo(FakeTime.START);
        }
    }

    @Test
    void settingsOfTheRegistryReachItButItsHomeAndEventsStayTheInstances() {
        List<StageChanged> stolen = new ArrayList<>();
        EventBus other = new EventBus((event, failure) -> {});
        other.subscribe(StageChanged.class, stolen::add);
        List<StageChanged> heard = new ArrayList<>();
        try (EdgeAI edge = EdgeAI.builder()
                .home(dir.resolve("mine"))
                .registry(r -> r.actor("ada").events(other).home(dir.resolve("theirs")))
                .monitoring(m -> m.events(other))
                .build()) {
            edge.events().subscribe(StageChanged.class, heard::add);
            ModelVersion version = Fixtures.times(edge, "m", 1);
            edge.registry().promote(version.ref(), "go");

            assertThat(heard).hasSize(3).allSatisfy(event -> assertThat(event.version())
                    .isEqualTo(version.ref()));
            assertThat(edge.registry().audit("m"))
                    .allSatisfy(entry -> assertThat(entry.actor()).isEqualTo("ada"));
        }
        assertThat(stolen).isEmpty();
        assertThat(dir.resolve("theirs")).doesNotExist();
    }

    @Test
    void oneBuilderMayBuildTwice() {
        EdgeAI.Builder builder = EdgeAI.builder().home(dir);
        try (EdgeAI first = builder.build();
                EdgeAI second = builder.build()) {
            ModelVersion version = Fixtures.times(first, "m", 2);
            assertThat(second.registry().get(version.ref())).isEqualTo(version);
            assertThat(second.events()).isNotSameAs(first.events());
        }
    }

    @Test
    void aFailingSubscriberHidesNothingFromTheNext() {
        try (EdgeAI edge = EdgeAI.builder().home(dir).build()) {
            List<StageChanged> heard = new ArrayList<>();
            edge.events().subscribe(StageChanged.class, event -> {
                throw new IllegalStateException("subscriber");
            });
            edge.events().subscribe(StageChanged.class, heard::add);
            ModelVersion version = Fixtures.times(edge, "m", 1);
            assertThat(edge.registry().promote(version.ref(), "go").ref()).isEqualTo(version.ref());
            assertThat(heard).as("validated, then promoted").hasSize(3);
        }
    }

    @Test
    void graphsOfFormatsThatNobodyReadsSayWhatIsRead() throws IOException {
        try (EdgeAI edge = EdgeAI.builder().home(dir.resolve("home")).build()) {
            ModelVersion version = edge.importModel("trees", Fixtures.xgboost(dir));
            assertThat(edge.graph(version)).isNotSameAs(edge.graph(version));
            assertThat(edge.graph(version).inputs()).hasSize(1);
        }
    }

    @Test
    void servingWithoutAnEngineForOnnxSaysWhichAreHere() {
        FakeTime time = new FakeTime();
        Slowed onlyTensorRt = new Slowed(time, answer -> 0) {
            @Override
            public Set<io.edgeai.core.model.ModelFormat> formats() {
                return Set.of(io.edgeai.core.model.ModelFormat.TENSORRT);
            }
        };
        try (EdgeAI edge =
                EdgeAI.builder().home(dir).engines(Engines.of(onlyTensorRt)).build()) {
            ModelVersion version = Fixtures.times(edge, "m", 1);
            assertThatThrownBy(() -> edge.serve("m", s -> s.split(version, 1)))
                    .isInstanceOf(RuntimeUnavailableException.class)
                    .hasMessageContaining("slowed");
        }
    }
}
