package io.edgeai.samples.cli;

import io.edgeai.samples.terminal.Terminal;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

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
        PrintWriter out = terminal.writer();
        line.setOut(out);
        line.setErr(out);
        line.setExecutionExceptionHandler((failure, failed, parsed) -> {
            boolean debug = failed.getCommand() instanceof ToolCommand tool && tool.debug();
            terminal.failure(failure, debug);
            return BAD;
        });
        line.setParameterExceptionHandler((failure, arguments) -> {
            terminal.usage(usage(failure));
            return BAD;
        });
        return line;
    }

    private static String usage(ParameterException failure) {
        String message = String.valueOf(failure.getMessage()).strip();
        if (!message.endsWith(".")) {
            message += ".";
        }
        String name = failure.getCommandLine().getCommandSpec().qualifiedName();
        if (failure instanceof UnmatchedArgumentException unmatched) {
            List<String> near = unmatched.getSuggestions();
            if (!near.isEmpty()) {
                return message + " Maybe you meant " + String.join(" or ", near.subList(0, Math.min(3, near.size())))
                        + ".";
            }
        }
        return message + " Maybe see '" + name + " --help'.";
    }
}
