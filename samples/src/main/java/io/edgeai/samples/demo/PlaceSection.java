package io.edgeai.samples.demo;

import static io.edgeai.samples.demo.DemoReport.text;

import io.edgeai.placement.Assignment;
import io.edgeai.placement.Explanation;
import io.edgeai.placement.PlacementPlan;
import io.edgeai.placement.model.Site;
import io.edgeai.placement.spi.Violation;
import io.edgeai.samples.report.HeatMap;
import io.edgeai.samples.report.Section;
import io.edgeai.samples.report.SiteMap;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Where each strategy puts the model, and why not elsewhere. */
final class PlaceSection {
    private PlaceSection() {}

    /** One line for the terminal. */
    static String summary(PlacementPlan plan) {
        if (!plan.feasible()) {
            return "no feasible placement";
        }
        return text(
                "%-52s %5.1f ms  %6.4f/h  %5.1f W  %5.1f g CO₂/h",
                sites(plan), latency(plan), plan.moneyPerHour(), plan.watts(), plan.gramsPerHour());
    }

    static void fill(Section section, PlaceStep.Result placed) {
        section.text("The original and the INT8 version are variants of one workload: three replicas for cameras in"
                        + " Berlin, Turin and Paris, 300 pictures a second, answers within 40 ms for 99 % of them, on"
                        + " European soil. Twelve made-up sites in real cities; links are estimated from distance."
                        + " Latencies, prices, watts and carbon below are predictions of a stated cost model, not"
                        + " measurements.")
                .table(
                        List.of("strategy", "sites", "variant", "p99, ms", "price/h", "W", "g CO₂/h", "accuracy"),
                        placed.choices().stream().map(PlaceSection::row).toList())
                .chart("Replicas of each strategy on each site.", matrix(placed))
                .chart(
                        "Sites by longitude and latitude; a ring marks those the first strategy ("
                                + placed.choices().get(0).strategy() + ") takes.",
                        map(placed));
        if (!placed.rejected().isEmpty()) {
            section.text("Sites that were not possible under "
                            + placed.choices().get(0).strategy() + ":")
                    .table(
                            List.of("site", "why not", "what would make it possible"),
                            placed.rejected().stream().map(PlaceSection::row).toList());
        }
    }

    private static List<String> row(PlaceStep.Choice choice) {
        PlacementPlan plan = choice.plan();
        if (!plan.feasible()) {
            return List.of(choice.strategy(), "none", "", "", "", "", "", "");
        }
        return List.of(
                choice.strategy(),
                sites(plan),
                plan.assignments().stream()
                        .map(assignment -> assignment.variant().name())
                        .distinct()
                        .collect(Collectors.joining(", ")),
                text("%.1f", latency(plan)),
                text("%.4f", plan.moneyPerHour()),
                text("%.2f", plan.watts()),
                text("%.2f", plan.gramsPerHour()),
                text(
                        "%.2f %%",
                        100
                                * plan.assignments().stream()
                                        .mapToDouble(assignment ->
                                                assignment.variant().accuracy())
                                        .average()
                                        .orElse(Double.NaN)));
    }

    private static List<String> row(Explanation.Rejection rejection) {
        return List.of(
                rejection.site(),
                rejection.violations().stream().map(Violation::message).collect(Collectors.joining("; ")),
                rejection.violations().stream().map(Violation::repair).collect(Collectors.joining("; ")));
    }

    private static HeatMap matrix(PlaceStep.Result placed) {
        HeatMap map = HeatMap.of(
                "strategy", "site", placed.sites().stream().map(Site::id).toList());
        for (PlaceStep.Choice choice : placed.choices()) {
            map.row(
                    choice.strategy(),
                    placed.sites().stream()
                            .mapToDouble(site -> choice.plan().assignments().stream()
                                    .filter(assignment -> assignment.site().id().equals(site.id()))
                                    .count())
                            .toArray());
        }
        return map;
    }

    private static SiteMap map(PlaceStep.Result placed) {
        Set<String> chosen = new HashSet<>();
        for (Assignment assignment : placed.choices().get(0).plan().assignments()) {
            chosen.add(assignment.site().id());
        }
        SiteMap map = SiteMap.create();
        for (Site site : placed.sites()) {
            if (site.region().startsWith("eu")) {
                site.coordinates()
                        .ifPresent(at -> map.site(
                                site.id(),
                                site.id().substring(0, site.id().indexOf('-')),
                                at.longitude(),
                                at.latitude(),
                                chosen.contains(site.id())));
            }
        }
        return map;
    }

    private static String sites(PlacementPlan plan) {
        List<String> names = new ArrayList<>(plan.assignments().stream()
                .map(assignment -> assignment.site().id())
                .sorted()
                .toList());
        return String.join(", ", names);
    }

    private static double latency(PlacementPlan plan) {
        return plan.assignments().stream()
                .mapToDouble(assignment -> assignment.estimate().latencyMillis())
                .max()
                .orElse(Double.NaN);
    }
}
