package io.edgeai.samples.cli;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Stage;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.registry.AuditEntry;
import io.edgeai.core.registry.ChainReport;
import io.edgeai.core.registry.EdgeModelRegistry;
import io.edgeai.core.signing.VerifyingKey;
import io.edgeai.samples.terminal.Terminal;
import io.edgeai.samples.terminal.TextTable;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Who did what, when and why; which version answered at a moment; and whether the history is as it was written. */
@Command(
        description =
                "Show who did what to a model, when and why; or which version answered at a moment (--at), whether the"
                        + " whole history is as it was written (--verify), or write it to a file (--export).")
final class RegistryAudit extends RegistryTool {
    @Parameters(arity = "0..1", paramLabel = "NAME", description = "The model's name.")
    private @Nullable String name;

    @Option(
            names = "--at",
            paramLabel = "TIME",
            description = "Which version was active then, e.g. 2026-01-31T12:00:00Z.")
    private @Nullable String at;

    @Option(names = "--env", paramLabel = "NAME", description = "The environment of --at (default: default).")
    private String environment = EdgeModelRegistry.DEFAULT_ENVIRONMENT;

    @Option(names = "--verify", description = "Recompute every hash; exit 1 where something is not as it was written.")
    private boolean verify;

    @Option(names = "--trusted", paramLabel = "KEY.pub.pem", description = "With --verify: whose checkpoints count.")
    private List<Path> trusted = new ArrayList<>();

    @Option(
            names = "--export",
            paramLabel = "FILE",
            description = "Write all of it: .json for machines, else for people.")
    private @Nullable Path export;

    RegistryAudit(Terminal terminal) {
        super(terminal, false);
    }

    /** One line of the answer. */
    record Line(
            long sequence,
            String at,
            String actor,
            String action,
            String ref,
            String environment,
            String from,
            String to,
            String detail,
            String evidence,
            String hash) {
        static Line of(AuditEntry entry) {
            return new Line(
                    entry.sequence(),
                    entry.at().toString(),
                    entry.actor(),
                    entry.action().name(),
                    entry.ref().toString(),
                    entry.environment(),
                    entry.from().map(Stage::name).orElse(""),
                    entry.to().map(Stage::name).orElse(""),
                    entry.detail(),
                    entry.evidence(),
                    entry.hash());
        }
    }

    @Override
    int call(EdgeModelRegistry registry) {
        if (verify) {
            return verify(registry);
        }
        if (export != null) {
            boolean machine = export.toString().endsWith(".json");
            RegistryFinds.write(
                    export,
                    machine ? registry.history().json() : registry.history().text());
            return OK;
        }
        if (name == null) {
            throw new InvalidInputException("No model was named. Maybe one of " + registry.models()
                    + ", or --verify or --export for the whole history.");
        }
        return at == null ? list(registry, name) : moment(registry, name, at);
    }

    private int verify(EdgeModelRegistry registry) {
        HashSet<VerifyingKey> keys = new HashSet<>();
        trusted.forEach(key -> keys.add(VerifyingKey.read(key)));
        ChainReport report = registry.history().verify(keys);
        if (json()) {
            terminal().json(report);
        } else {
            report.findings().forEach(terminal()::line);
            terminal()
                    .line(report.entries() + " entries, " + report.checkpoints() + " checkpoints, "
                            + (report.ok()
                                    ? "all as written"
                                    : report.findings().size() + " findings") + "; ends in "
                            + report.head());
        }
        return report.ok() ? OK : FINDING;
    }

    private int moment(EdgeModelRegistry registry, String model, String time) {
        Instant moment;
        try {
            moment = Instant.parse(time);
        } catch (DateTimeException e) {
            throw new InvalidInputException("(" + time + ") is no moment. Maybe write it as 2026-01-31T12:00:00Z.", e);
        }
        Optional<VersionRef> active = registry.history().activeAt(model, environment, moment);
        if (json()) {
            Map<String, @Nullable String> answer = new LinkedHashMap<>();
            answer.put("model", model);
            answer.put("environment", environment);
            answer.put("at", moment.toString());
            answer.put("active", active.map(VersionRef::toString).orElse(null));
            terminal().json(answer);
        } else {
            terminal().line(active.map(VersionRef::toString).orElse("none"));
        }
        return OK;
    }

    private int list(EdgeModelRegistry registry, String model) {
        List<Line> lines = registry.audit(model).stream().map(Line::of).toList();
        if (json()) {
            terminal().json(lines);
            return OK;
        }
        TextTable table = TextTable.of("when", "who", "what", "version", "why");
        lines.forEach(line -> table.row(line.at(), line.actor(), line.action(), line.ref(), line.detail()));
        table.print(terminal());
        return OK;
    }
}
