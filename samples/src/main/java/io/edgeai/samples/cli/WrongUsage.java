package io.edgeai.samples.cli;

import java.util.List;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says in one line what is wrong with a command line, in the words of its user, and what may have been meant. */
final class WrongUsage {
    private static final int MOST_SUGGESTIONS = 3;
    private static final Pattern WHOLE = Pattern.compile("'([^']*)' is not an? (int|long|short|byte)\\b");
    private static final Pattern FRACTION = Pattern.compile("'([^']*)' is not an? (double|float)\\b");

    private WrongUsage() {}

    static String describe(ParameterException failure) {
        CommandLine command = failure.getCommandLine();
        String name = command.getCommandSpec().qualifiedName();
        if (failure instanceof UnmatchedArgumentException unmatched) {
            List<String> near = unmatched.getSuggestions();
            return unknown(command, name, unmatched.getUnmatched().get(0))
                    + (near.isEmpty()
                            ? " Maybe see '" + name + " --help'."
                            : " Maybe you meant "
                                    + String.join(" or ", near.subList(0, Math.min(MOST_SUGGESTIONS, near.size())))
                                    + ".");
        }
        String message = String.valueOf(failure.getMessage()).strip().replace("option option", "option");
        message = WHOLE.matcher(message).replaceAll("($1) is no whole number");
        message = FRACTION.matcher(message).replaceAll("($1) is no number");
        return message + (message.endsWith(".") ? "" : ".") + " Maybe see '" + name + " --help'.";
    }

    private static String unknown(CommandLine command, String name, String word) {
        if (word.startsWith("-")) {
            return "'" + name + "' has no option (" + word + ").";
        }
        return command.getSubcommands().isEmpty()
                ? "'" + name + "' does not take (" + word + ")."
                : "There is no command (" + word + ") of '" + name + "'.";
    }
}
