package io.edgeai.placement.ortools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.RuntimeUnavailableException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import org.junit.jupiter.api.Test;

/** The class path of a host that did not add OR-Tools. */
class MissingOrToolsTest {
    private static final String PACKAGE = "io.edgeai.placement.ortools.";

    private static final ClassLoader WITHOUT = new ClassLoader(MissingOrToolsTest.class.getClassLoader()) {
        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (name.startsWith("com.google.ortools.")) {
                throw new ClassNotFoundException(name);
            }
            if (!name.startsWith(PACKAGE)) {
                return super.loadClass(name, resolve);
            }
            Class<?> known = findLoadedClass(name);
            return known == null ? define(name) : known;
        }

        private Class<?> define(String name) throws ClassNotFoundException {
            try (InputStream bytes = getResourceAsStream(name.replace('.', '/') + ".class")) {
                byte[] code = bytes.readAllBytes();
                return defineClass(name, code, 0, code.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    };

    @Test
    void theDependencyToAddIsNamed() throws ReflectiveOperationException {
        Class<?> solver = WITHOUT.loadClass(PACKAGE + "OrToolsSolver");
        assertThat(solver).isNotEqualTo(OrToolsSolver.class);
        Method load = solver.getMethod("load");
        assertThatThrownBy(() -> load.invoke(null))
                .cause()
                .isInstanceOf(RuntimeUnavailableException.class)
                .hasMessageContaining("Maybe add this dependency: com.google.ortools:ortools-java:9.11.4210.");
    }
}
