package io.edgeai.samples.cli;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.registry.EdgeModelRegistry;
import io.edgeai.core.registry.Policies;
import io.edgeai.core.registry.StoredPolicy;
import io.edgeai.core.signing.VerifyingKey;
import io.edgeai.core.validation.GraphLimits;
import io.edgeai.core.validation.ModelPolicy;
import io.edgeai.samples.terminal.Terminal;
import io.edgeai.samples.terminal.TextTable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What the registry asks of a model's versions; says which commands there are where none is named. */
@Command(description = "Show or set what a version must meet before it gets requests, whoever opens the registry.")
final class RegistryPolicy extends ToolCommand {
    private RegistryPolicy(Terminal terminal) {
        super(terminal);
    }

    /** The command with its own commands. */
    static CommandLine line(Terminal terminal) {
        CommandLine line = new CommandLine(new RegistryPolicy(terminal));
        line.addSubcommand("show", new Show(terminal));
        line.addSubcommand("set", new Set(terminal));
        return line;
    }

    @Override
    public Integer call() {
        throw new InvalidInputException("No policy command was given. Maybe 'edgeai registry policy show NAME'.");
    }

    /** The answer of {@code --json}. */
    record Line(
            String model,
            String environment,
            List<String> signedBy,
            int nodes,
            int chain,
            boolean firstLoad,
            @Nullable Double latencyMillis,
            @Nullable Integer memoryMegabytes,
            String actor,
            String at,
            String reason,
            long entry) {
        static Line of(StoredPolicy stored) {
            ModelPolicy policy = stored.policy();
            return new Line(
                    stored.model(),
                    stored.environment(),
                    policy.signedBy().stream().map(VerifyingKey::id).toList(),
                    policy.graph().nodes(),
                    policy.graph().chain(),
                    policy.firstLoad(),
                    policy.latencyMillis().isPresent() ? policy.latencyMillis().getAsDouble() : null,
                    policy.memoryMegabytes().isPresent()
                            ? policy.memoryMegabytes().getAsInt()
                            : null,
                    stored.actor(),
                    stored.at().toString(),
                    stored.reason(),
                    stored.entry());
        }
    }

    /** What is set. */
    @Command(description = "Show what is asked of a model's versions, who set it, when and why.")
    static final class Show extends RegistryTool {
        @Parameters(paramLabel = "NAME", description = "The model.")
        private String name = "";

        Show(Terminal terminal) {
            super(terminal, false);
        }

        @Override
        int call(EdgeModelRegistry registry) {
            List<StoredPolicy> policies = registry.policies().of(name);
            if (json()) {
                terminal().json(policies.stream().map(Line::of).toList());
                return OK;
            }
            if (policies.isEmpty()) {
                terminal().line("nothing is asked of " + name);
                return OK;
            }
            TextTable table = TextTable.of("environment", "asked", "by", "at", "why");
            policies.forEach(stored -> table.row(
                    stored.environment().isEmpty() ? "every" : stored.environment(),
                    stored.policy().toString(),
                    stored.actor(),
                    stored.at().toString(),
                    stored.reason()));
            table.print(terminal());
            return OK;
        }
    }

    /** Sets it. */
    @Command(description = "Set what is asked of a model's versions, in place of what was asked before.")
    static final class Set extends RegistryTool {
        @Parameters(paramLabel = "NAME", description = "The model; it has a version already.")
        private String name = "";

        @Option(names = "--env", paramLabel = "NAME", description = "Only in this environment (default: in all).")
        private String environment = Policies.EVERYWHERE;

        @Option(names = "--signed-by", paramLabel = "KEY.pub.pem", description = "One of these keys signed it.")
        private List<Path> keys = new ArrayList<>();

        @Option(names = "--first-load", description = "It opens and answers in a child process.")
        private boolean firstLoad;

        @Option(names = "--latency", paramLabel = "MILLIS", description = "95 of 100 runs within this.")
        private @Nullable Double latency;

        @Option(names = "--memory", paramLabel = "MB", description = "A process that runs it stays below this.")
        private @Nullable Integer memory;

        @Option(names = "--nodes", paramLabel = "N", description = "Most nodes of its graph (default: 50000).")
        private int nodes = GraphLimits.defaults().nodes();

        @Option(names = "--chain", paramLabel = "N", description = "Most nodes one after the other (default: 10000).")
        private int chain = GraphLimits.defaults().chain();

        @Option(names = "--none", description = "Ask for nothing any more.")
        private boolean none;

        @Option(names = "--reason", paramLabel = "TEXT", description = "Kept in the audit.")
        private String reason = "";

        @Option(names = "--actor", paramLabel = "NAME", description = "Who does it, for the audit (default: the user).")
        private @Nullable String actor;

        Set(Terminal terminal) {
            super(terminal, false);
        }

        @Override
        void check() {
            if (none != policy().isNone()) {
                throw new InvalidInputException(
                        none
                                ? "Something was asked for with --none. Maybe leave one of them out."
                                : "Nothing was asked for. Maybe --signed-by KEY.pub.pem, or --none to end a policy.");
            }
        }

        private ModelPolicy policy() {
            ModelPolicy policy = ModelPolicy.none()
                    .graph(new GraphLimits(nodes, chain))
                    .signedBy(keys.stream().map(VerifyingKey::read).toArray(VerifyingKey[]::new));
            if (firstLoad) {
                policy = policy.opens();
            }
            if (latency != null) {
                policy = policy.latency(Duration.ofNanos((long) (latency * 1e6)));
            }
            return memory == null ? policy : policy.memory(memory);
        }

        @Override
        int call(EdgeModelRegistry registry) {
            Policies policies = registry.policies();
            StoredPolicy set = (actor == null ? policies : policies.as(actor)).set(name, environment, policy(), reason);
            if (json()) {
                terminal().json(Line.of(set));
            } else {
                terminal()
                        .line("asked of " + name + (environment.isEmpty() ? "" : " in " + environment) + ": "
                                + set.policy());
            }
            return OK;
        }
    }
}
