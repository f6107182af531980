package io.edgeai.samples.cli;

import io.edgeai.core.answers.AnswerJournal;
import io.edgeai.core.answers.AnswerSource;
import io.edgeai.core.answers.AnsweredRequest;
import io.edgeai.core.answers.AnswersFound;
import io.edgeai.core.model.Stage;
import io.edgeai.core.registry.EdgeModelRegistry;
import io.edgeai.samples.terminal.Terminal;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which bytes answered a request. */
@Command(
        description =
                "Show which version, with which bytes, answered a request that had an id, as 'serve --answers' keeps it;"
                        + " exit 1 where nothing is known of it.")
final class RegistryAnswered extends RegistryTool {
    @Parameters(paramLabel = "REQUEST", description = "The request's id, as its client gave it.")
    private String request = "";

    @Option(
            names = "--answers",
            paramLabel = "DIR",
            description = "Where they are kept; repeatable, e.g. for folders copied from several nodes (default: the"
                    + " folder 'answers' of the home).")
    private List<Path> folders = new ArrayList<>();

    RegistryAnswered(Terminal terminal) {
        super(terminal, false);
    }

    /** What became of the bytes that answered. */
    enum Bytes {
        /** The registry has them. */
        KEPT,
        /** They were erased, for good. */
        ERASED,
        /** The registry has no such version. */
        UNKNOWN,
        /** The registry has other bytes under the version's number. */
        DIFFERENT;

        static Bytes of(EdgeModelRegistry registry, AnswerSource source) {
            return registry.find(source.version())
                    .map(version -> !version.digest().equals(source.digest())
                            ? DIFFERENT
                            : version.stage() == Stage.ERASED ? ERASED : KEPT)
                    .orElse(UNKNOWN);
        }
    }

    /** One answer. */
    record Line(
            String at,
            String version,
            String sha256,
            String bytes,
            String environment,
            String role,
            double share,
            String node,
            @Nullable String unit) {
        static Line of(AnsweredRequest answer, Bytes bytes) {
            AnswerSource source = answer.source();
            return new Line(
                    answer.at().toString(),
                    source.version().toString(),
                    source.digest().hex(),
                    bytes.name().toLowerCase(Locale.ROOT),
                    source.environment(),
                    source.role().name().toLowerCase(Locale.ROOT),
                    source.share(),
                    answer.node(),
                    answer.unit().isEmpty() ? null : answer.unit());
        }

        String text() {
            String percent = BigDecimal.valueOf(100 * share)
                    .round(new MathContext(3))
                    .stripTrailingZeros()
                    .toPlainString();
            String who = at + "  " + version + " as " + role + " of " + percent + " %";
            String where = " in " + environment + " on " + node + (unit == null ? "" : ", unit " + unit);
            return who + where + System.lineSeparator() + "  sha256 " + sha256 + ", " + bytes;
        }
    }

    /** The answer of {@code --json}. */
    record Report(
            String request,
            List<Line> answers,
            long matches,
            @Nullable String since,
            long dropped,
            long unreadableBytes) {}

    @Override
    int call(EdgeModelRegistry registry) {
        List<AnswersFound> found = folders.isEmpty()
                ? List.of(registry.history().answered(request))
                : folders.stream()
                        .map(folder -> AnswerJournal.find(folder, request))
                        .toList();
        List<AnsweredRequest> answers = found.stream()
                .flatMap(each -> each.answers().stream())
                .sorted(Comparator.comparing(AnsweredRequest::at))
                .toList();
        boolean doubtful = false;
        List<Line> lines = new ArrayList<>();
        for (AnsweredRequest answer : answers) {
            Bytes bytes = Bytes.of(registry, answer.source());
            doubtful |= bytes == Bytes.DIFFERENT;
            lines.add(Line.of(answer, bytes));
        }
        Report report = new Report(
                request,
                lines,
                found.stream().mapToLong(AnswersFound::matches).sum(),
                found.stream()
                        .flatMap(each -> each.since().stream())
                        .min(Comparator.naturalOrder())
                        .map(Instant::toString)
                        .orElse(null),
                found.stream().mapToLong(AnswersFound::dropped).sum(),
                found.stream().mapToLong(AnswersFound::unreadableBytes).sum());
        print(report);
        return lines.isEmpty() || doubtful ? FINDING : OK;
    }

    private void print(Report report) {
        if (json()) {
            terminal().json(report);
            return;
        }
        if (report.since() == null) {
            terminal().line("no answers are kept here; 'edgeai serve --answers' keeps them");
            return;
        }
        report.answers().forEach(line -> terminal().line(line.text()));
        if (report.matches() > report.answers().size()) {
            terminal().line("and " + (report.matches() - report.answers().size()) + " earlier ones");
        }
        if (report.answers().isEmpty()) {
            terminal().line("nothing is kept of (" + report.request() + ")");
        }
        String missed = report.dropped() == 0 ? "" : ", " + report.dropped() + " were not written down";
        String lost = report.unreadableBytes() == 0 ? "" : ", " + report.unreadableBytes() + " bytes are unreadable";
        terminal().line("kept since " + report.since() + missed + lost);
    }
}
