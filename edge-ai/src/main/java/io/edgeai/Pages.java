package io.edgeai;

import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.experiment.ComparisonReport;
import io.edgeai.core.experiment.ExperimentReport;
import io.edgeai.monitor.EdgeMonitor;
import io.edgeai.monitor.dashboard.Dashboard;
import io.edgeai.monitor.dashboard.ExperimentCard;
import io.edgeai.monitor.dashboard.SiteCard;
import io.edgeai.placement.PlacementPlan;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/** The live pages of an instance, with its experiments on them. Thread-safe. */
final class Pages implements AutoCloseable {
    private final Supplier<List<LiveEndpoint>> endpoints;
    private final List<Dashboard> open = new ArrayList<>();
    private boolean closed;

    Pages(Supplier<List<LiveEndpoint>> endpoints) {
        this.endpoints = endpoints;
    }

    Dashboard.Builder of(EdgeMonitor monitor) {
        return Dashboard.of(monitor).experiments(this::experiments).onStart(this::started);
    }

    @Override
    public void close() {
        List<Dashboard> ending;
        synchronized (this) {
            closed = true;
            ending = List.copyOf(open);
            open.clear();
        }
        ending.forEach(Dashboard::close);
    }

    private void started(Dashboard page) {
        synchronized (this) {
            if (!closed) {
                open.add(page);
                return;
            }
        }
        page.close();
        throw new LifecycleException("This EdgeAI instance is closed. Maybe build another one.");
    }

    private List<ExperimentCard> experiments() {
        List<ExperimentCard> cards = new ArrayList<>();
        for (LiveEndpoint endpoint : endpoints.get()) {
            if (!endpoint.closed()) {
                endpoint.trial(ServedExperiment.class)
                        .ifPresent(experiment -> cards.add(card(endpoint.model(), experiment.report())));
            }
        }
        return cards;
    }

    static List<SiteCard> sites(PlacementPlan plan) {
        return plan.loads().stream()
                .map(load ->
                        new SiteCard(load.site(), load.node(), load.replicas(), load.cpuShare(), load.memoryShare()))
                .toList();
    }

    private static ExperimentCard card(String model, ExperimentReport report) {
        Collection<Long> requests = report.requests().values();
        return new ExperimentCard(
                model,
                requests.stream().mapToLong(Long::longValue).sum(),
                report.trustworthy(),
                report.comparisons().stream().map(Pages::row).toList());
    }

    private static ExperimentCard.Row row(ComparisonReport one) {
        return new ExperimentCard.Row(
                one.treatment(),
                one.metric(),
                one.outcome().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                one.difference(),
                one.interval().low(),
                one.interval().high(),
                one.pValue());
    }
}
