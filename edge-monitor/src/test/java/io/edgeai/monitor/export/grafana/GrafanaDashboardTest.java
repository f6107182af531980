package io.edgeai.monitor.export.grafana;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.edgeai.monitor.drift.DriftReference;
import io.edgeai.monitor.export.ServedTraffic;
import io.edgeai.monitor.objective.Objective;
import io.edgeai.monitor.openmetrics.MonitorFigures;
import io.edgeai.monitor.openmetrics.OpenMetrics;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class GrafanaDashboardTest {
    private static final Pattern SERIES = Pattern.compile("edgeai_[a-z_]+");

    /** Names of series and of labels of what is really exposed. */
    private static Set<String> exposed() {
        OpenMetrics out = new OpenMetrics();
        DriftReference reference = DriftReference.of(
                "zeros", Collections.nCopies(300, new float[] {0, 0}), Collections.nCopies(300, new float[1]));
        try (ServedTraffic served = new ServedTraffic(
                builder -> builder.objective(Objective.errors("defects", 0.99)).driftReference("defects", reference))) {
            for (int sample = 0; sample < 256; sample++) {
                served.monitor().listener(ServedTraffic.VERSION).sample(new float[] {sample, 1}, new float[1]);
            }
            served.more(ServedTraffic.VERSION);
            MonitorFigures.write(served.monitor(), out);
        }
        return Arrays.stream(out.end().split("\n"))
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.split("[{ ]")[0])
                .collect(Collectors.toSet());
    }

    @Test
    void everyQueryNamesFiguresThatExist() throws Exception {
        JsonNode dashboard = new ObjectMapper().readTree(GrafanaDashboard.json());
        Set<String> asked = new HashSet<>();
        for (JsonNode query : dashboard.findValues("expr")) {
            Matcher names = SERIES.matcher(query.asText());
            int found = 0;
            while (names.find()) {
                asked.add(names.group());
                found++;
            }
            assertThat(found).as(query.asText()).isPositive();
            assertThat(query.asText().chars().filter(c -> c == '(').count())
                    .as("brackets of %s", query)
                    .isEqualTo(query.asText().chars().filter(c -> c == ')').count());
        }
        assertThat(exposed()).containsAll(asked);
        assertThat(asked).hasSize(17);
    }

    /** The one figure that may be below zero is drawn below zero. */
    @Test
    void onlyTheAllowanceHasNoLeastValue() throws Exception {
        JsonNode dashboard = new ObjectMapper().readTree(GrafanaDashboard.json());
        assertThat(dashboard.path("panels")).hasSize(17);
        for (JsonNode panel : dashboard.path("panels")) {
            boolean allowance = panel.findValuesAsText("expr").toString().contains("budget_left");
            assertThat(panel.at("/fieldConfig/defaults").has("min")).isEqualTo(!allowance);
        }
        assertThat(dashboard.findValuesAsText("legendFormat"))
                .contains("{{model}}@{{version}} {{side}} {{column}}", "{{model}} {{objective}} {{window}}");
    }

    @Test
    void panelsDoNotOverlapAndUseTheVariables() throws Exception {
        JsonNode dashboard = new ObjectMapper().readTree(GrafanaDashboard.json());
        Set<String> places = new HashSet<>();
        for (JsonNode panel : dashboard.path("panels")) {
            JsonNode at = panel.path("gridPos");
            assertThat(places.add(at.path("x") + "," + at.path("y"))).isTrue();
            assertThat(at.path("x").asInt() + at.path("w").asInt()).isLessThanOrEqualTo(24);
        }
        assertThat(dashboard.findValuesAsText("uid")).contains("${source}");
        assertThat(dashboard.path("templating").path("list").findValuesAsText("name"))
                .containsExactly("source", "model");
        assertThat(dashboard.findValuesAsText("expr")).allMatch(query -> query.contains("model=~\"$model\""));
    }
}
