package io.edgeai.samples.cli;

import io.edgeai.placement.Assignment;
import io.edgeai.placement.PlacementPlan;
import io.edgeai.placement.model.Coordinates;
import io.edgeai.placement.model.Network;
import io.edgeai.placement.model.Origin;
import io.edgeai.placement.model.Site;
import io.edgeai.placement.model.Workload;
import io.edgeai.samples.report.BarChart;
import io.edgeai.samples.report.HtmlReport;
import io.edgeai.samples.report.Section;
import io.edgeai.samples.report.SiteMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** A plan as a page: sites with their loads, links to the origins they serve, replicas, reasons. */
final class PlanReport {
    /** Most nodes in the chart of loads; the fullest are shown. */
    private static final int MOST_BARS = 24;

    private final PlacementPlan plan;

    private PlanReport(PlacementPlan plan) {
        this.plan = plan;
    }

    static HtmlReport of(PlacementPlan plan) {
        PlanReport report = new PlanReport(plan);
        return HtmlReport.titled("Placement plan", "by strategy " + plan.strategy())
                .section("Plan", report::figures)
                .section("Sites and links", report::picture)
                .section("Loads", report::loads)
                .section("Replicas", report::replicas)
                .section("Reasons", section -> section.code(plan.explain().text()));
    }

    private void figures(Section section) {
        section.tiles(
                new Section.Tile(
                        "status",
                        plan.status().name().toLowerCase(Locale.ROOT),
                        plan.feasible() ? String.format(Locale.ROOT, "gap %.2f %%", 100 * plan.gap()) : "",
                        plan.feasible() ? Section.Verdict.GOOD : Section.Verdict.BAD),
                Section.Tile.of("objective", Figures.significant(plan.objective()), ""),
                Section.Tile.of("money an hour", Figures.significant(plan.moneyPerHour()), ""),
                Section.Tile.of("watts", Figures.significant(plan.watts()), ""),
                Section.Tile.of("gCO₂ an hour", Figures.significant(plan.gramsPerHour()), ""));
        plan.missing()
                .forEach((name, count) -> section.callout("not placed: " + count + " of " + name, Section.Verdict.BAD));
    }

    /** Where all have coordinates a map, else sites on a circle and origins on a smaller one. */
    private void picture(Section section) {
        Map<String, Origin> origins = new TreeMap<>();
        for (Workload workload : plan.problem().workloads()) {
            workload.demand().origins().forEach(origin -> origins.putIfAbsent(origin.name(), origin));
        }
        List<Site> sites = plan.problem().topology().sites();
        boolean map = sites.stream().allMatch(site -> site.coordinates().isPresent())
                && origins.values().stream()
                        .allMatch(origin -> origin.coordinates().isPresent());
        SiteMap picture = SiteMap.create();
        for (int s = 0; s < sites.size(); s++) {
            Site site = sites.get(s);
            double[] at = position(site.coordinates(), map, s, sites.size(), 2);
            picture.site(site.id(), "site " + load(site), at[0], at[1], replicas(site) > 0);
        }
        int o = 0;
        for (Origin origin : origins.values()) {
            double[] at = position(origin.coordinates(), map, o++, origins.size(), 1);
            picture.site("from " + origin.name(), "origin", at[0], at[1], false);
        }
        links(picture);
        section.chart(
                "Sites by load and the origins they serve, with round-trip times; a ring marks what runs"
                        + " something",
                picture);
    }

    private void links(SiteMap picture) {
        Network network = plan.problem().topology().network();
        TreeSet<String> drawn = new TreeSet<>();
        for (Assignment replica : plan.assignments()) {
            for (Origin origin : replica.workload().demand().origins()) {
                if (drawn.add(origin.name() + "\n" + replica.site().id())) {
                    double millis = network.rttMillis(origin, replica.site());
                    picture.link(
                            "from " + origin.name(),
                            replica.site().id(),
                            String.format(Locale.ROOT, "%.3g ms", millis));
                }
            }
        }
    }

    private static double[] position(Optional<Coordinates> at, boolean map, int index, int count, double radius) {
        if (map && at.isPresent()) {
            return new double[] {at.get().longitude(), at.get().latitude()};
        }
        double angle = 2 * Math.PI * (index + 0.5 * (radius - 1)) / Math.max(1, count);
        return new double[] {radius * Math.cos(angle), radius * Math.sin(angle)};
    }

    private long replicas(Site site) {
        return plan.assignments().stream()
                .filter(replica -> replica.site().id().equals(site.id()))
                .count();
    }

    private String load(Site site) {
        double most = plan.loads().stream()
                .filter(load -> load.site().equals(site.id()))
                .mapToDouble(PlanReport::fullest)
                .max()
                .orElse(0);
        return most == 0 ? "idle" : most < 0.5 ? "below half full" : most < 0.9 ? "above half full" : "full";
    }

    private static double fullest(PlacementPlan.Load load) {
        return Math.max(load.cpuShare(), Math.max(load.memoryShare(), load.acceleratorShare()));
    }

    private void loads(Section section) {
        BarChart chart = BarChart.of("% reserved", "processors", "memory", "accelerators")
                .horizontal();
        plan.loads().stream()
                .sorted((a, b) -> Double.compare(fullest(b), fullest(a)))
                .limit(MOST_BARS)
                .forEach(load -> chart.group(
                        load.site() + "/" + load.node(),
                        100 * load.cpuShare(),
                        100 * load.memoryShare(),
                        100 * load.acceleratorShare()));
        section.chart("What every node has reserved; the fullest first", chart);
    }

    private void replicas(Section section) {
        List<List<String>> rows = new ArrayList<>();
        for (Assignment at : plan.assignments()) {
            rows.add(List.of(
                    at.workload().name() + "#" + at.replica(),
                    at.site().id() + "/" + at.node().name(),
                    at.variant().name(),
                    String.format(Locale.ROOT, "%.3g", at.estimate().latencyMillis()),
                    Figures.significant(at.estimate().moneyPerHour()),
                    Figures.significant(at.estimate().watts())));
        }
        section.table(List.of("replica", "node", "variant", "latency ms", "money/h", "watts"), rows);
    }
}
