package io.edgeai.samples.cli;

import io.edgeai.core.model.ModelId;
import io.edgeai.core.registry.EdgeModelRegistry;
import io.edgeai.core.registry.Retention;
import io.edgeai.core.registry.RetentionPolicy;
import io.edgeai.samples.terminal.Terminal;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Retires and erases what is old and of no use. */
@Command(
        description =
                "Show which versions are old and of no use; with --apply, retire them, and erase those that have been"
                        + " retired for long.")
final class RegistryRetain extends RegistryTool {
    @Parameters(arity = "0..1", paramLabel = "NAME", description = "Only this model.")
    private @Nullable String name;

    @Option(names = "--newest", paramLabel = "N", description = "So many of the newest are kept (default: 5).")
    private int newest = RetentionPolicy.defaults().newest();

    @Option(names = "--days", paramLabel = "N", description = "What is younger is kept (default: 90).")
    private long days = RetentionPolicy.defaults().age().toDays();

    @Option(
            names = "--erase-after",
            paramLabel = "DAYS",
            description = "How long after its retirement a version's bytes are destroyed (default: never).")
    private @Nullable Long eraseAfter;

    @Option(names = "--apply", description = "Do it; without, it is only shown.")
    private boolean apply;

    RegistryRetain(Terminal terminal) {
        super(terminal, false);
    }

    /** One version in the answer. */
    record Line(String version, String move, String reason) {
        static Line of(Retention.Step step) {
            return new Line(step.version().toString(), step.move().name().toLowerCase(Locale.ROOT), step.reason());
        }
    }

    @Override
    int call(EdgeModelRegistry registry) {
        RetentionPolicy policy = RetentionPolicy.defaults().newest(newest).age(Duration.ofDays(days));
        if (eraseAfter != null) {
            policy = policy.erasedAfter(Duration.ofDays(eraseAfter));
        }
        Retention retention = new Retention(registry, policy, Clock.systemUTC());
        List<String> models =
                name == null ? registry.models().stream().map(ModelId::name).toList() : List.of(name);
        List<Line> lines = models.stream()
                .flatMap(model -> (apply ? retention.apply(model) : retention.plan(model)).stream())
                .map(Line::of)
                .toList();
        if (json()) {
            terminal().json(lines);
            return OK;
        }
        lines.forEach(line -> terminal()
                .line(
                        apply
                                ? line.version() + " was " + line.move() + "d: " + line.reason()
                                : line.version() + " would be " + line.move() + "d: " + line.reason()));
        if (lines.isEmpty()) {
            terminal().line("nothing is old and of no use");
        } else if (!apply) {
            terminal().line("nothing was changed; --apply does it");
        }
        return OK;
    }
}
