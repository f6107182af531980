package io.edgeai.samples.cli;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.registry.Annotations;
import io.edgeai.core.registry.EdgeModelRegistry;
import io.edgeai.samples.terminal.Terminal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The registry's commands that say something of versions. */
final class RegistryNotes {
    private RegistryNotes() {}

    /** Lets an alias point at a version. */
    @Command(description = "Let an alias point at a version, from wherever it pointed; or take it away.")
    static final class Alias extends RegistryTool {
        @Parameters(index = "0", paramLabel = "ALIAS", description = "E.g. best.")
        private String alias = "";

        @Parameters(index = "1", paramLabel = "NAME[@NUMBER]", description = "NAME@NUMBER, or NAME with --remove.")
        private String ref = "";

        @Option(names = "--remove", description = "Take the alias away from the model.")
        private boolean remove;

        @Option(names = "--reason", paramLabel = "TEXT", description = "Kept in the audit.")
        private String reason = "";

        Alias(Terminal terminal) {
            super(terminal, false);
        }

        @Override
        int call(EdgeModelRegistry registry) {
            Annotations notes = registry.annotations();
            if (remove) {
                ModelVersion version = notes.unalias(ref, alias, reason);
                return done(version, alias + " points nowhere");
            }
            ModelVersion version = notes.alias(alias, VersionRef.parse(ref), reason);
            return done(version, alias + " is " + version.ref());
        }
    }

    /** Sets tags, or takes them away. */
    @Command(description = "Set tags of a version, or take them away.")
    static final class Tag extends RegistryTool {
        @Parameters(index = "0", paramLabel = "REF", description = "NAME@NUMBER.")
        private String ref = "";

        @Parameters(index = "1..*", arity = "0..*", paramLabel = "KEY=VALUE", description = "Tags to set.")
        private Map<String, String> tags = new LinkedHashMap<>();

        @Option(names = "--remove", paramLabel = "KEY", description = "A tag to take away.")
        private List<String> gone = new ArrayList<>();

        Tag(Terminal terminal) {
            super(terminal, false);
        }

        @Override
        int call(EdgeModelRegistry registry) {
            if (tags.isEmpty() && gone.isEmpty()) {
                throw new InvalidInputException("No tag was given. Maybe KEY=VALUE, or --remove KEY.");
            }
            Annotations notes = registry.annotations();
            VersionRef version = VersionRef.parse(ref);
            tags.forEach((key, value) -> notes.tag(version, key, value));
            gone.forEach(key -> notes.untag(version, key));
            return done(
                    registry.get(version),
                    version + " " + VersionView.of(registry.get(version)).tags());
        }
    }

    /** Writes something down. */
    @Command(description = "Write something down in a version's audit.")
    static final class Note extends RegistryTool {
        @Parameters(index = "0", paramLabel = "REF", description = "NAME@NUMBER.")
        private String ref = "";

        @Parameters(index = "1", paramLabel = "TEXT", description = "What to note.")
        private String text = "";

        Note(Terminal terminal) {
            super(terminal, false);
        }

        @Override
        int call(EdgeModelRegistry registry) {
            ModelVersion version = registry.annotations().note(VersionRef.parse(ref), text);
            return done(version, "noted for " + version.ref());
        }
    }
}
