package io.edgeai.monitor.export.grafana;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * The JSON of a Grafana dashboard (schema 39, Grafana 11 and later) over a Prometheus that scrapes {@code /metrics}: calls,
 * failed share, median and p99 from the histogram, p99 of the last window, health, firing signals, drift by feature,
 * objectives. Choices of data source and models are
 * variables. Import it by Dashboards → New → Import.
 */
public final class GrafanaDashboard {
    private static final int WIDTH = 12;
    private static final int HEIGHT = 8;
    private static final String WHICH = "model=~\"$model\"";

    private GrafanaDashboard() {}

    private static final String BELOW_ZERO = "Allowance left";
    private static final String BY_VERSION = "{{model}}@{{version}}";

    private record Panel(String title, String unit, String legend, List<String> queries) {
        Panel(String title, String unit, List<String> queries) {
            this(title, unit, BY_VERSION, queries);
        }
    }

    private static List<Panel> panels() {
        return List.of(
                new Panel("Calls per second", "reqps", List.of(rate("edgeai_inferences_total"))),
                new Panel(
                        "Failed share",
                        "percentunit",
                        List.of(rate("edgeai_inference_failures_total") + " / (" + rate("edgeai_inferences_total")
                                + " + " + rate("edgeai_inference_failures_total") + ")")),
                new Panel("Latency", "s", List.of(quantile(0.5), quantile(0.99))),
                new Panel(
                        "p99 of the last window",
                        "s",
                        List.of("edgeai_inference_recent_latency_seconds{" + WHICH + ", quantile=\"0.99\"}")),
                new Panel("Health", "none", List.of("edgeai_health_score{" + WHICH + "}")),
                new Panel("Firing alerts", "none", List.of("edgeai_firing_alerts{" + WHICH + "}")),
                gauge("Firing signals", "none", BY_VERSION + " {{signal}}", "edgeai_alert_firing"),
                gauge("Requests waiting", "none", BY_VERSION, "edgeai_queue_depth"),
                gauge("Time in the queue", "s", BY_VERSION + " {{statistic}}", "edgeai_queue_wait_seconds"),
                gauge("Time of a run", "s", BY_VERSION + " {{statistic}}", "edgeai_run_time_seconds"),
                gauge("Requests of a run", "none", BY_VERSION, "edgeai_batch_size"),
                gauge("Energy of 1000 answers", "joule", BY_VERSION, "edgeai_energy_per_thousand_joules"),
                gauge("Calls per second by device", "reqps", BY_VERSION + " {{device}}", "edgeai_device_calls"),
                gauge("Drifted features", "none", BY_VERSION + " {{side}}", "edgeai_drifted_features"),
                gauge("Drift of each feature (PSI)", "none", BY_VERSION + " {{side}} {{column}}", "edgeai_drift_psi"),
                gauge("Burn rate", "none", "{{model}} {{objective}} {{window}}", "edgeai_objective_burn_rate"),
                gauge(BELOW_ZERO, "percentunit", "{{model}} {{objective}}", "edgeai_objective_budget_left"));
    }

    private static Panel gauge(String title, String unit, String legend, String name) {
        return new Panel(title, unit, legend, List.of(name + "{" + WHICH + "}"));
    }

    /** The dashboard, indented. */
    public static String json() {
        ObjectMapper mapper = new ObjectMapper();
        ObjectNode root = mapper.createObjectNode()
                .put("title", "EdgeAI")
                .put("uid", "edgeai-monitor")
                .put("schemaVersion", 39)
                .put("refresh", "10s");
        root.putObject("time").put("from", "now-1h").put("to", "now");
        ArrayNode variables = root.putObject("templating").putArray("list");
        variables.addObject().put("name", "source").put("type", "datasource").put("query", "prometheus");
        variables
                .addObject()
                .put("name", "model")
                .put("type", "query")
                .put("query", "label_values(edgeai_inferences_total, model)")
                .put("refresh", 2)
                .put("multi", true)
                .put("includeAll", true)
                .set("datasource", source(mapper));
        ArrayNode panels = root.putArray("panels");
        for (Panel panel : panels()) {
            add(mapper, panels, panel);
        }
        try {
            return mapper.writerWithDefaultPrettyPrinter().writeValueAsString(root);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A tree of texts is no JSON.", e);
        }
    }

    private static void add(ObjectMapper mapper, ArrayNode panels, Panel panel) {
        int number = panels.size();
        ObjectNode node = panels.addObject()
                .put("id", number + 1)
                .put("title", panel.title())
                .put("type", "timeseries");
        node.set("datasource", source(mapper));
        node.putObject("gridPos")
                .put("x", WIDTH * (number % 2))
                .put("y", HEIGHT * (number / 2))
                .put("w", WIDTH)
                .put("h", HEIGHT);
        ObjectNode defaults =
                node.putObject("fieldConfig").putObject("defaults").put("unit", panel.unit());
        if (!panel.title().equals(BELOW_ZERO)) {
            defaults.put("min", 0);
        }
        ArrayNode targets = node.putArray("targets");
        for (String query : panel.queries()) {
            targets.addObject()
                    .put("refId", String.valueOf((char) ('A' + targets.size())))
                    .put("expr", query)
                    .put("legendFormat", panel.legend())
                    .set("datasource", source(mapper));
        }
    }

    private static ObjectNode source(ObjectMapper mapper) {
        return mapper.createObjectNode().put("type", "prometheus").put("uid", "${source}");
    }

    private static String rate(String counter) {
        return "sum by (model, version) (rate(" + counter + "{" + WHICH + "}[$__rate_interval]))";
    }

    private static String quantile(double q) {
        return "histogram_quantile(" + q
                + ", sum by (model, version, le) (rate(edgeai_inference_latency_seconds_bucket{" + WHICH
                + "}[$__rate_interval])))";
    }
}
