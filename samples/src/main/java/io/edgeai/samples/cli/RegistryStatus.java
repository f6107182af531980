package io.edgeai.samples.cli;

import io.edgeai.RolloutStatus;
import io.edgeai.core.model.ModelId;
import io.edgeai.core.model.Stage;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.registry.AuditAction;
import io.edgeai.core.registry.Deployment;
import io.edgeai.core.registry.EdgeModelRegistry;
import io.edgeai.core.rollout.Canary;
import io.edgeai.samples.terminal.Terminal;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** How rollouts stand. */
@Command(description = "Show what answers, the canary and the shadow of each model, and what they have shown.")
final class RegistryStatus extends RegistryTool {
    @Parameters(arity = "0..1", paramLabel = "NAME", description = "Only this model.")
    private @Nullable String name;

    @Option(names = "--env", paramLabel = "NAME", description = "The environment (default: default).")
    private String environment = EdgeModelRegistry.DEFAULT_ENVIRONMENT;

    RegistryStatus(Terminal terminal) {
        super(terminal, false);
    }

    /** One model in the answer of {@code --json}. */
    record Line(
            String model,
            @Nullable String active,
            @Nullable String degraded,
            @Nullable String canary,
            int percent,
            List<String> shadows,
            @Nullable Evidence evidence,
            @Nullable String shadow,
            @Nullable String lastRollback) {
        static Line of(EdgeModelRegistry registry, RolloutStatus status) {
            return new Line(
                    status.model(),
                    status.active().map(Object::toString).orElse(null),
                    status.active()
                            .filter(active -> Stage.DEGRADED == stage(registry, active, status.environment()))
                            .map(active -> sinceWhen(registry, active, status.environment()))
                            .orElse(null),
                    status.canary().map(Object::toString).orElse(null),
                    status.percent(),
                    status.shadows().stream().map(Object::toString).toList(),
                    status.evidence()
                            .map(report -> Evidence.of(
                                    status.evidenceOf().orElseThrow().toString(), report, status.processes()))
                            .orElse(null),
                    status.shadow().isEmpty() ? null : status.shadow(),
                    status.lastRollback()
                            .map(entry -> entry.at() + " " + entry.ref() + ": " + entry.detail())
                            .orElse(null));
        }
    }

    private static @Nullable Stage stage(EdgeModelRegistry registry, VersionRef ref, String environment) {
        return registry.deployments(ref).stream()
                .filter(here -> here.environment().equals(environment))
                .map(Deployment::stage)
                .findFirst()
                .orElse(null);
    }

    /** When and why, by the latest entry of the audit that says so. */
    private static String sinceWhen(EdgeModelRegistry registry, VersionRef ref, String environment) {
        return registry.audit(ref.model().name()).stream()
                .filter(entry -> entry.action() == AuditAction.DEGRADED
                        && entry.ref().equals(ref)
                        && entry.environment().equals(environment))
                .reduce((earlier, later) -> later)
                .map(entry -> entry.at() + ": " + entry.detail())
                .orElse("");
    }

    /** What a canary has shown. */
    record Evidence(
            String version,
            String status,
            long requests,
            long errors,
            long errorsBefore,
            double pValue,
            int processes) {
        static Evidence of(String version, Canary.Report report, int processes) {
            return new Evidence(
                    version,
                    report.status().name(),
                    report.requests(),
                    report.errors(),
                    report.errorsBefore(),
                    report.errorsPValue(),
                    processes);
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%s %s after %d requests%s: %d errors, %d of the version before, p = %.3g",
                    version,
                    status.toLowerCase(Locale.ROOT).replace('_', ' '),
                    requests,
                    processes > 1 ? " in " + processes + " processes" : "",
                    errors,
                    errorsBefore,
                    pValue);
        }
    }

    @Override
    int call(EdgeModelRegistry registry) {
        List<Line> lines = models(registry).stream()
                .map(model -> Line.of(registry, RolloutStatus.of(registry, model, environment)))
                .toList();
        if (json()) {
            terminal().json(lines);
            return OK;
        }
        for (Line line : lines) {
            terminal().line(line.model() + ": " + (line.active() == null ? "nothing" : line.active()) + " answers");
            if (line.degraded() != null) {
                terminal().line("  degraded since " + line.degraded());
            }
            if (line.canary() != null) {
                terminal().line("  canary " + line.canary() + " gets " + line.percent() + " %");
            }
            line.shadows().forEach(shadow -> terminal().line("  shadow " + shadow + " sees copies"));
            for (Object said : new Object[] {line.evidence(), line.shadow()}) {
                if (said != null) {
                    terminal().line("  " + said);
                }
            }
            if (line.lastRollback() != null) {
                terminal().line("  last rollback " + line.lastRollback());
            }
        }
        return OK;
    }

    private List<String> models(EdgeModelRegistry registry) {
        return name == null
                ? registry.models().stream().map(ModelId::name).toList()
                : List.of(
                        registry.versions(name).isEmpty()
                                ? registry.active(name).model().name()
                                : name);
    }
}
