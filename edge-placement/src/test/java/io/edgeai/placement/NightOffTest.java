package io.edgeai.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.NoFeasiblePlacementException;
import io.edgeai.placement.model.HourlyProfile;
import io.edgeai.placement.model.Network;
import io.edgeai.placement.model.Rate;
import io.edgeai.placement.model.Schedule;
import io.edgeai.placement.model.Site;
import io.edgeai.placement.model.Topology;
import io.edgeai.placement.model.Window;
import io.edgeai.placement.model.Workload;
import io.edgeai.placement.strategy.PlacementStrategies;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A shop's computer that is switched off from 22:00 to 06:00, and what the plan says about it. */
class NightOffTest {
    private static final Schedule OPEN =
            Schedule.daily(LocalTime.of(6, 0), LocalTime.of(22, 0)).at(ZoneOffset.ofHours(1));
    private static final Site SHOP = Samples.site("shop").on(OPEN).build();
    private static final Site CLOUD =
            Samples.site("cloud").pricePerCoreHour(0.1).build();
    private static final PlacementEngine CHEAP = PlacementEngine.builder()
            .strategy(PlacementStrategies.costEfficient())
            .build();

    private static Schedule hours(int from, int to) {
        return Schedule.daily(LocalTime.of(from, 0), LocalTime.of(to, 0)).at(ZoneOffset.ofHours(1));
    }

    private static PlacementPlan plan(Workload workload, Site... sites) {
        return CHEAP.place(workload).across(List.of(sites), Network.ofCoordinates());
    }

    @Test
    void whatMustRunAtNightStandsElsewhereAndTheReasonIsTheWindow() {
        PlacementPlan plan = plan(Samples.workload("guard"), SHOP, CLOUD).orThrow();
        assertThat(plan.assignments().get(0).site().id()).isEqualTo("cloud");
        assertThat(plan.explain().text())
                .contains("rejected shop: hours: node main is on 06:00 to 22:00 (UTC+01:00), but the workload runs"
                        + " always: off 22:00 to 06:00 (UTC+01:00), 56 of 168 hours a week");
    }

    @Test
    void whatRunsByDayStandsThere() {
        assertThat(plan(Samples.workload("till").runs(hours(8, 20)), SHOP, CLOUD)
                        .orThrow()
                        .assignments()
                        .get(0)
                        .site()
                        .id())
                .isEqualTo("shop");
        assertThat(plan(Samples.workload("till").runs(hours(6, 22)), SHOP).feasible())
                .isTrue();
        assertThat(plan(Samples.workload("till").runs(hours(6, 22).at(ZoneOffset.UTC)), SHOP)
                        .feasible())
                .as("an hour later by the shop's clock")
                .isFalse();
    }

    @Test
    void theCheapestWayOutIsAWindowThatWorks() {
        Workload late = Samples.workload("late").runs(hours(20, 23));
        PlacementPlan plan = plan(late, SHOP);
        assertThat(plan.status()).isEqualTo(PlacementPlan.Status.INFEASIBLE);
        Explanation.Relaxation way =
                plan.explain().workloads().get(0).relaxation().orElseThrow();
        assertThat(way.changes()).containsExactly("let it run 20:00 to 22:00 (UTC+01:00) only");
        assertThat(way.effort()).isCloseTo(1.0 / 3, within(1e-12));
        assertThat(plan(late.runs(hours(20, 22)), SHOP).feasible()).isTrue();
        assertThatThrownBy(plan::orThrow)
                .isInstanceOf(NoFeasiblePlacementException.class)
                .hasMessageContaining("Maybe let it run 20:00 to 22:00 (UTC+01:00) only.");
    }

    @Test
    void aWayOutIsThereAlsoWhereNoTimeIsShared() {
        Explanation night =
                plan(Samples.workload("night").runs(hours(23, 5)), SHOP).explain();
        assertThat(night.workloads().get(0).relaxation().orElseThrow().changes())
                .containsExactly("let it run 06:00 to 22:00 (UTC+01:00) instead");
        Site broken = Samples.site("shop").on(Schedule.never()).build();
        Explanation off = plan(Samples.workload("w"), broken).explain();
        assertThat(off.text())
                .contains("node main is on never", "168 of 168 hours", "cheapest way out: switch the node on");
    }

    /** Giving up the hours and giving up the bound on latency are each enough. */
    @Test
    void theHoursArePartOfAConflict() {
        Workload guard = Samples.workload("guard").origin("o").p99(Duration.ofMillis(20));
        Network network =
                Network.builder().rtt("o", "shop", 1).rtt("o", "cloud", 50).build();
        PlacementPlan plan = CHEAP.place(guard).across(List.of(SHOP, CLOUD), network);
        Conflict conflict = plan.conflict(Duration.ofMinutes(1)).orElseThrow();
        assertThat(conflict.requirements())
                .extracting(Conflict.Requirement::toString)
                .containsExactly("guard: latency at most 20 ms", "guard: runs always");
    }

    @Test
    void oneReplicaAtATimeKeepsTheWindowsToo() {
        PlacementState state = PlacementState.of(Topology.of(List.of(SHOP, CLOUD)));
        assertThat(CHEAP.decide(Samples.workload("guard"), state)
                        .orThrow()
                        .site()
                        .id())
                .isEqualTo("cloud");
        assertThat(CHEAP.decide(Samples.workload("till").runs(hours(9, 17)), state)
                        .orThrow()
                        .site()
                        .id())
                .isEqualTo("shop");
    }

    @Test
    void aRunningPlanMovesOffANodeThatIsSwitchedOffAtNight() {
        Site open = Samples.site("shop").build();
        PlacementPlan running = plan(Samples.workload("guard"), open, CLOUD).orThrow();
        assertThat(running.assignments().get(0).site().id()).isEqualTo("shop");
        Rebalance change = CHEAP.rebalance(
                running.assignments(),
                new PlacementProblem(List.of(Samples.workload("guard")), Topology.of(List.of(SHOP, CLOUD))),
                RebalanceLimits.moves(1));
        assertThat(change.moves()).hasSize(1);
        assertThat(change.moves().get(0).to().site().id()).isEqualTo("cloud");
    }

    /** Power is cheap here by day and there by night; the same workload goes where its hours are. */
    @Test
    void theHoursDecideWhereItIsCheapest() {
        List<Double> day = new ArrayList<>();
        List<Double> night = new ArrayList<>();
        for (int h = 0; h < 24; h++) {
            boolean light = h >= 8 && h < 20;
            day.add(light ? 0.01 : 0.09);
            night.add(light ? 0.09 : 0.02);
        }
        Site sunny = Samples.site("sunny")
                .hourly(Rate.CORE_HOUR, HourlyProfile.of(day))
                .build();
        Site windy = Samples.site("windy")
                .hourly(Rate.CORE_HOUR, HourlyProfile.of(night))
                .build();
        Workload work = Samples.workload("w");
        Schedule daytime = Schedule.daily(LocalTime.of(9, 0), LocalTime.of(18, 0));
        assertThat(plan(work, sunny, windy).moneyPerHour()).isCloseTo(0.05, within(1e-12));
        PlacementPlan light = plan(work.runs(daytime), sunny, windy);
        assertThat(light.assignments().get(0).site().id()).isEqualTo("sunny");
        assertThat(light.moneyPerHour()).isCloseTo(9 * 0.01 / 24, within(1e-12));
        PlacementPlan dark = plan(work.runs(daytime.inverse()), sunny, windy);
        assertThat(dark.assignments().get(0).site().id()).isEqualTo("windy");
        assertThat(dark.moneyPerHour()).isCloseTo((12 * 0.02 + 3 * 0.09) / 24, within(1e-12));
        Schedule workdays = Schedule.of(List.of(Window.workdays(LocalTime.of(9, 0), LocalTime.of(18, 0))));
        assertThat(plan(work.runs(workdays), sunny, windy).moneyPerHour()).isCloseTo(5 * 9 * 0.01 / 168, within(1e-12));
    }
}
