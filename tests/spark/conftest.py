"""One Spark for all its tests, with workers that are processes of their own."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest


def has_java():
    java = Path(os.environ["JAVA_HOME"], "bin/java") if "JAVA_HOME" in os.environ else "java"
    if shutil.which(java) is None:
        return False
    return subprocess.run([java, "-version"], capture_output=True, check=False).returncode == 0


def start_session(builder, master):
    settings = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.log.level": "ERROR",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.executor.memory": "1g",
        "spark.executor.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    }
    return builder.master(master).appName("patrolwise tests").config(map=settings).getOrCreate()


@pytest.fixture(scope="session")
def spark():
    """Return one session for all tests: two workers, each a JVM of its own."""
    pyspark = pytest.importorskip("pyspark", reason="the spark extra is not installed")
    if not has_java():
        pytest.skip("Java is not installed, and Spark needs it")
    from pyspark.sql import SparkSession

    options = "--driver-java-options '-XX:TieredStopAtLevel=1 -XX:+UseSerialGC' pyspark-shell"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYSPARK_PYTHON", sys.executable)
        patch.setenv("PYSPARK_SUBMIT_ARGS", options)
        patch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
        session = start_session(SparkSession.builder, "local-cluster[2,1,1024]")
        work = Path(pyspark.__file__).parent / "work" / session.sparkContext.applicationId
        gateway = session.sparkContext._gateway
        yield session
        session.stop()
        gateway.shutdown()
        gateway.proc.stdin.close()  # the driver's JVM ends with it
        gateway.proc.wait(timeout=60)
        shutil.rmtree(work, ignore_errors=True)  # the workers' logs
