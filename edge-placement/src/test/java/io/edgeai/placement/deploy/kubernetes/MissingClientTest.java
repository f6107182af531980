package io.edgeai.placement.deploy.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.RuntimeUnavailableException;
import io.edgeai.placement.deploy.export.ExportSettings;
import io.edgeai.placement.deploy.export.Plans;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The class path of a host that did not add the client. */
class MissingClientTest {
    private static final String PACKAGE = "io.edgeai.placement.deploy.kubernetes.";

    private static final ClassLoader WITHOUT_CLIENT = new ClassLoader(MissingClientTest.class.getClassLoader()) {
        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (name.startsWith("io.fabric8.")) {
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
        Class<?> sites = WITHOUT_CLIENT.loadClass(PACKAGE + "KubernetesSites");
        assertThat(sites).isNotEqualTo(KubernetesSites.class);
        Method connect = sites.getMethod("connect", String.class, String.class, List.class, ExportSettings.class);
        assertThatThrownBy(() -> connect.invoke(null, "http://127.0.0.1:1", "edge", List.of(), Plans.SETTINGS))
                .cause()
                .isInstanceOf(RuntimeUnavailableException.class)
                .hasMessageContaining("Maybe add this dependency")
                .hasMessageContaining("io.fabric8:kubernetes-client:7.8.0");
    }
}
