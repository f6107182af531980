package io.edgeai.samples.cli;

import io.edgeai.core.model.WorkloadType;
import io.edgeai.samples.terminal.Terminal;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.TypeConversionException;

/** The table of commands, and the one place where a failure becomes a line and an exit code. */
public final class Commands {
    /** Bad usage, bad input, or a failure of the program. */
    public static final int BAD = 2;

    private Commands() {}

    /**
     * Builds the command line.
     *
     * @param root the object of the top-level command, annotated for picocli
     */
    public static CommandLine build(Object root, Terminal terminal) {
        CommandLine line = new CommandLine(root);
        line.addSubcommand("demo", new DemoCommand(terminal));
        line.addSubcommand("inspect", new InspectCommand(terminal));
        line.addSubcommand("convert", new ConvertCommand(terminal));
        line.addSubcommand("run", new RunCommand(terminal));
        line.addSubcommand("optimize", new OptimizeCommand(terminal));
        line.addSubcommand("split", new SplitCommand(terminal));
        line.addSubcommand("tune", new TuneCommand(terminal));
        line.addSubcommand("bench", new BenchCommand(terminal));
        line.addSubcommand("registry", RegistryCommand.line(terminal));
        line.addSubcommand("serve", new ServeCommand(terminal));
        line.addSubcommand("dashboard", new DashboardCommand(terminal));
        line.addSubcommand("place", new PlaceCommand(terminal));
        line.addSubcommand("scale", ScaleCommand.line(terminal));
        line.addSubcommand("deploy", new DeployCommand(terminal));
        line.addSubcommand("agent", new AgentCommand(terminal));
        line.addSubcommand("detect", new DetectCommand(terminal));
        line.addSubcommand("drift", new DriftCommand(terminal));
        line.addSubcommand("forecast", new ForecastCommand(terminal));
        line.addSubcommand("federate", FederateCommand.line(terminal));
        line.addSubcommand("coordinator", new CoordinatorCommand(terminal));
        line.addSubcommand("participant", new ParticipantCommand(terminal));
        line.addSubcommand("doctor", new DoctorCommand(terminal));
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
