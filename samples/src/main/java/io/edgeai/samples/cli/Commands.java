package io.edgeai.samples.cli;

import io.edgeai.core.model.WorkloadType;
import io.edgeai.samples.terminal.Terminal;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.TypeConversionException;

/** The table of commands, and the one place where a failure becomes a line and an exit code. */
public final class Commands {
    /** Bad usage, bad input, or a failure of the program. */
    public static final int BAD = 2;

    private static final List<String> NAMES = List.of(
            "demo",
            "inspect",
            "convert",
            "run",
            "optimize",
            "split",
            "tune",
            "bench",
            "registry",
            "experiment",
            "bandit",
            "serve",
            "dashboard",
            "place",
            "scale",
            "deploy",
            "agent",
            "detect",
            "drift",
            "forecast",
            "federate",
            "coordinator",
            "participant",
            "doctor");

    private Commands() {}

    /**
     * Builds the command line with the one command that the words name, since to describe all of them takes longer than most
     * commands do, and with all where they name none.
     *
     * @param root the object of the top-level command, annotated for picocli
     */
    public static CommandLine build(Object root, Terminal terminal, String... words) {
        CommandLine line = new CommandLine(root);
        for (String name : named(words)) {
            line.addSubcommand(name, command(name, terminal));
        }
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.registerConverter(WorkloadType.class, Commands::workload);
        PrintWriter out = terminal.writer();
        line.setOut(out);
        line.setErr(out);
        line.setExecutionExceptionHandler((failure, failed, parsed) -> {
            boolean debug = failed.getCommand() instanceof ToolCommand tool && tool.debug();
            terminal.failure(failure, debug, failed.getCommandSpec().qualifiedName());
            return BAD;
        });
        line.setParameterExceptionHandler((failure, arguments) -> {
            terminal.usage(WrongUsage.describe(failure));
            return BAD;
        });
        return line;
    }

    private static List<String> named(String... words) {
        return words.length > 0 && NAMES.contains(words[0]) ? List.of(words[0]) : NAMES;
    }

    private static Object command(String name, Terminal terminal) {
        return switch (name) {
            case "demo" -> new DemoCommand(terminal);
            case "inspect" -> new InspectCommand(terminal);
            case "convert" -> new ConvertCommand(terminal);
            case "run" -> new RunCommand(terminal);
            case "optimize" -> new OptimizeCommand(terminal);
            case "split" -> new SplitCommand(terminal);
            case "tune" -> new TuneCommand(terminal);
            case "bench" -> new BenchCommand(terminal);
            case "registry" -> RegistryCommand.line(terminal);
            case "experiment" -> ExperimentCommand.line(terminal);
            case "bandit" -> BanditCommand.line(terminal);
            case "serve" -> new ServeCommand(terminal);
            case "dashboard" -> new DashboardCommand(terminal);
            case "place" -> new PlaceCommand(terminal);
            case "scale" -> ScaleCommand.line(terminal);
            case "deploy" -> new DeployCommand(terminal);
            case "agent" -> new AgentCommand(terminal);
            case "detect" -> new DetectCommand(terminal);
            case "drift" -> new DriftCommand(terminal);
            case "forecast" -> new ForecastCommand(terminal);
            case "federate" -> FederateCommand.line(terminal);
            case "coordinator" -> new CoordinatorCommand(terminal);
            case "participant" -> new ParticipantCommand(terminal);
            case "doctor" -> new DoctorCommand(terminal);
            default -> throw new IllegalArgumentException("there is no command (" + name + ")");
        };
    }

    /** Words with hyphens, as all names here have, or as the constants are written. */
    private static WorkloadType workload(String text) {
        for (WorkloadType type : WorkloadType.values()) {
            if (type.name().equalsIgnoreCase(text.replace('-', '_'))) {
                return type;
            }
        }
        throw new TypeConversionException("it must be one of "
                + Arrays.stream(WorkloadType.values())
                        .map(type -> type.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                        .toList()
                + " but was '" + text + "'");
    }
}
