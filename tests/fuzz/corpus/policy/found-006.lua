return {te =string.gmatcj}
