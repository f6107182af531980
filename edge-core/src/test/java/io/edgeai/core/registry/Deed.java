package io.edgeai.core.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.model.ModelId;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.Stage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What is done to the registry of {@link #prepare} while its storage fails. */
enum Deed {
    REGISTER {
        @Override
        void to(EdgeModelRegistry registry) {
            RegistryModels.register(registry, "m", new byte[97]);
        }
    },
    REGISTER_FOLDER {
        @Override
        void to(EdgeModelRegistry registry) {
            Path source = Path.of(registry.home().toString()).resolveSibling("source");
            registry.register("m", source, r -> r.format(ModelFormat.TENSORFLOW).signature(Signature.UNKNOWN));
        }
    },
    PROMOTE {
        @Override
        void to(EdgeModelRegistry registry) {
            registry.promote(RegistryModels.ref("m", 4), "better");
        }
    },
    ROLL_BACK {
        @Override
        void to(EdgeModelRegistry registry) {
            registry.rollback("m", "worse");
        }
    },
    RETIRE {
        @Override
        void to(EdgeModelRegistry registry) {
            registry.retire(RegistryModels.ref("m", 4), "old");
        }
    },
    ERASE {
        @Override
        void to(EdgeModelRegistry registry) {
            registry.erase(RegistryModels.ref("m", 3), "secret");
        }
    };

    abstract void to(EdgeModelRegistry registry);

    /** Version 2 answers, 1 did before, 3 is retired and 4 is validated; beside the home lies a folder to register. */
    static void prepare(Path home) throws IOException {
        Path source = Files.createDirectories(home.resolveSibling("source/inner"));
        Files.writeString(source.resolve("weights"), "many numbers");
        Files.writeString(source.resolveSibling("graph"), "few words");
        try (EdgeModelRegistry registry = RegistryModels.open(home)) {
            for (int content = 1; content <= 4; content++) {
                RegistryModels.add(registry, "m", content);
            }
            registry.promote(RegistryModels.ref("m", 1), "first");
            registry.promote(RegistryModels.ref("m", 2), "second");
            registry.retire(RegistryModels.ref("m", 3), "unused");
            assertThat(registry.lifecycle().validate(RegistryModels.ref("m", 4)).passed())
                    .isTrue();
        }
    }

    /** Every version with its stage and bytes. */
    static List<String> state(EdgeModelRegistry registry) {
        List<ModelVersion> erased = registry.search(VersionQuery.parse("stage:erased"));
        return Stream.concat(registry.versions("m").stream(), erased.stream())
                .map(version -> version.ref() + " " + version.stage() + " " + version.digest())
                .sorted()
                .toList();
    }

    /** Nothing contradicts anything, and the bytes that lie there are those of the versions that are not erased. */
    static void checkSound(EdgeModelRegistry registry, String when) throws IOException {
        assertThat(registry.versions("m").stream().filter(version -> version.stage() == Stage.ACTIVE))
                .as("active versions, %s", when)
                .hasSize(1);
        checkWhole(registry, when, 97);
    }

    /** @param most bytes that an unfinished registration may have left */
    static void checkWhole(EdgeModelRegistry registry, String when, long most) throws IOException {
        assertThat(registry.verify().damaged()).as(when).isEmpty();
        assertThat(registry.history().verify(Set.of()).findings()).as(when).isEmpty();
        for (ModelVersion erased : registry.search(VersionQuery.parse("stage:erased"))) {
            assertThat(blobs(registry))
                    .as("bytes of %s are gone, %s", erased.ref(), when)
                    .doesNotContain(erased.digest().hex());
        }
        assertThat(registry.gc())
                .as("bytes of an unfinished registration, %s", when)
                .isBetween(0L, most);
        Set<String> wanted = new TreeSet<>();
        for (ModelId model : registry.models()) {
            registry.versions(model.name())
                    .forEach(version -> wanted.add(version.digest().hex()));
        }
        assertThat(blobs(registry)).as(when).isEqualTo(wanted);
    }

    private static Set<String> blobs(EdgeModelRegistry registry) throws IOException {
        Set<String> found = new TreeSet<>();
        try (Stream<Path> places = Files.walk(registry.home().resolve("blobs"), 2)) {
            places.map(place -> place.getFileName().toString().replace(".tree", ""))
                    .filter(name -> name.length() == 64)
                    .forEach(found::add);
        }
        return found;
    }

    /** Copies a home as it lies there, but for what only living processes use. */
    static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path each : (Iterable<Path>) all::iterator) {
                String name = from.relativize(each).toString();
                if (!name.startsWith("tmp") && !name.endsWith("-shm")) {
                    Files.copy(each, to.resolve(name));
                }
            }
        }
    }
}
